// SPDX-License-Identifier: Apache-2.0
// A sender key and an agent for each of some carriers, on a test clock that jumps by hours.
export class People {
  key = {};
  staff = {}; // logged in by at()
  #server;
  #accounts = {};
  #time;

  constructor(server, carriers) {
    this.#server = server;
    for (const carrier of carriers) {
      this.key[carrier] = server.key(carrier);
      this.#accounts[carrier] = server.account(`agent.${carrier.toLowerCase()}`, "agent", carrier);
    }
  }

  /** Goes to that time: a session does not live through hours of silence, and log-ins are limited. */
  at = async (time) => {
    if (time === this.#time) return;
    this.#time = time;
    this.#server.clock.set(time);
    for (const [carrier, account] of Object.entries(this.#accounts)) this.staff[carrier] = await this.#server.login(account);
  };
}
