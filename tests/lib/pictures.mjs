// SPDX-License-Identifier: Apache-2.0
// Pictures as strangers send them: a real JPEG and PNG of a few points, with whatever metadata a test wants in them.
import { deflateSync } from "node:zlib";

const crcs = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n >>> 0;
});
const crc = (bytes) => ~bytes.reduce((c, b) => (c >>> 8) ^ crcs[(c ^ b) & 255], ~0) >>> 0;
const u32 = (n) => Buffer.from([n >>> 24, n >>> 16, n >>> 8, n]);
const chunk = (type, data) => {
  const body = Buffer.concat([Buffer.from(type), Buffer.from(data)]);
  return Buffer.concat([u32(body.length - 4), body, u32(crc(body))]);
};

/** A PNG of grey points; chunks: [type, data] before the picture; tail: behind its end. */
export function png({ width = 4, height = 3, chunks = [], tail = "" } = {}) {
  const rows = Buffer.alloc(Math.min(height, 64) * (Math.min(width, 64) + 1), 0);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", Buffer.concat([u32(width), u32(height), Buffer.from([8, 0, 0, 0, 0])])),
    ...chunks.map(([type, data]) => chunk(type, data)), chunk("IDAT", deflateSync(rows)), chunk("IEND", ""), Buffer.from(tail)]);
}

/** EXIF as a phone writes it: maker, orientation, and a block with the place it was taken at. */
export function exif(orientation, place) {
  const b = Buffer.alloc(200 + place.length);
  b.write("Exif\0\0MM\0*\0\0\0\x08", "latin1");
  b.writeUInt16BE(3, 14);
  const entry = (at, tag, type, count, value) => { b.writeUInt16BE(tag, at); b.writeUInt16BE(type, at + 2); b.writeUInt32BE(count, at + 4); b.writeUInt32BE(value, at + 8); };
  entry(16, 0x010f, 2, place.length, 120);
  entry(28, 0x0112, 3, 1, orientation << 16);
  entry(40, 0x8825, 4, 1, 60); // GPS IFD
  b.writeUInt16BE(1, 66);
  entry(68, 0x0002, 5, 3, 84); // GPSLatitude
  [40, 1, 28, 1, 1909, 100].forEach((n, k) => b.writeUInt32BE(n, 90 + 4 * k));
  b.write(place, 126, "latin1");
  return b;
}

const segment = (marker, data) => Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), Buffer.from(data)]);
/* 8 x 8 grey points: one table of each kind, one block: DC of two bits, then the end of the block */
const tables = Buffer.concat([segment(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 1)])),
  segment(0xc4, Buffer.from([0x00, 1, ...Array(15).fill(0), 0])), segment(0xc4, Buffer.from([0x10, 1, ...Array(15).fill(0), 0]))]);

/** A JPEG; segments: [marker, data] before its tables. */
export function jpeg({ width = 8, height = 8, segments = [], tail = "" } = {}) {
  return Buffer.concat([Buffer.from([0xff, 0xd8]), ...segments.map(([m, d]) => segment(m, Buffer.from(d))), tables,
    segment(0xc0, Buffer.from([8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0])),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])), Buffer.from([0x3f, 0xff, 0xd9]), Buffer.from(tail)]);
}
