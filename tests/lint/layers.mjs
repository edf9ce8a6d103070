// SPDX-License-Identifier: Apache-2.0
// Includes point only downward (design.md 2), and each foreign library is known to one layer.
import { files, read, report, splitC } from "./lib.mjs";

const order = ["base", "domain", "storage", "push", "app", "http", "main"];

// Library header -> the layers that may include it.
const libraries = [
  [/^libpq/, ["storage"]],
  [/^microhttpd\.h$/, ["http"]],
  [/^ini\.h$/, ["main"]],
  [/^curl\//, ["push"]],
  [/^json-c\//, ["base"]],
  [/^openssl\//, ["base", "push"]],
  [/^uni(case|ctype|norm|str)\.h$/, ["base"]],
];

// The rules are pure: no I/O, no threads, no clock, no heap.  <stdio.h> is there for snprintf; lint symbols watches the rest.
const domainMayInclude =
  /^(assert|ctype|errno|inttypes|limits|math|stdarg|stdbool|stddef|stdint|stdio|stdlib|string)\.h$/;

function layerOf(path) {
  const match = /^(?:server|include\/bw)\/([a-z_]+)\//.exec(path);
  if (match) return order.includes(match[1]) ? match[1] : null;
  return /^server\/[^/]+$/.test(path) ? "main" : null;
}

const sources = files(["server", "include"], /\.(c|h|def)$/);
const faults = [];
for (const path of sources) {
  const layer = layerOf(path);
  const { code } = splitC(read(path));
  code.split("\n").forEach((line, index) => {
    const include = /^\s*#\s*include\s*([<"])([^>"]+)[>"]/.exec(line);
    if (!include) return;
    const [, mark, name] = include;
    const at = `${path}:${index + 1}`;
    if (layer === null) faults.push(`${at}: this folder is no layer; sources stand in server/{${order.join(",")}}`);
    else if (name.includes("..")) faults.push(`${at}: include by layer, not by ${name}`);
    const target = /^bw\/([a-z_]+)\//.exec(name)?.[1];
    if (target !== undefined && !(order.indexOf(target) >= 0 && order.indexOf(target) <= order.indexOf(layer)))
      faults.push(`${at}: ${layer} may not include ${name}; order: ${order.join(" < ")}`);
    if (mark === "<" && target !== undefined) faults.push(`${at}: own headers are included with quotes`);
    for (const [pattern, layers] of libraries)
      if (pattern.test(name) && !layers.includes(layer)) faults.push(`${at}: ${name} belongs to ${layers.join(" and ")}`);
    if (layer === "domain" && mark === "<" && !domainMayInclude.test(name))
      faults.push(`${at}: domain is pure and may not include <${name}>`);
  });
}
report(`${sources.length} files for include edges`, faults);
