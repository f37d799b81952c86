// SPDX-License-Identifier: Apache-2.0
// Waiting for events, each with a deadline. Nothing here sleeps to synchronise.

// Servers under sanitizers are several times slower: LIGHTCONE_SLOW=1, or a binary in such a build folder, stretches
// every deadline.
const isSlow = process.env.LIGHTCONE_SLOW || /\/(asan|tsan|debug|coverage)\//.test(process.env.LIGHTCONE_BINARY ?? '');
export const SLOWNESS = isSlow ? 6 : 1;

// Resolves as `promise` does, or fails naming what did not happen in time.
export function within(seconds, what, promise) {
  let timer;
  const expired = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${seconds * SLOWNESS} s`)), seconds * SLOWNESS * 1000);
  });
  return Promise.race([promise, expired]).finally(() => clearTimeout(timer));
}

// A promise together with the functions that settle it.
export function deferred() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  parts.promise.catch(() => {}); // looked at by whoever awaits it
  return parts;
}

// Items that arrive at any time and are taken one after the other.
export class Inbox {
  #items = [];
  #wanted = [];
  #end = null;

  push(item) {
    const waiter = this.#wanted.shift();
    if (waiter) waiter.resolve(item);
    else this.#items.push(item);
  }

  // No item comes any more; whoever waits gets `error`.
  end(error) {
    this.#end = error;
    for (const waiter of this.#wanted.splice(0)) waiter.reject(error);
  }

  // How many items lie here untaken.
  get size() {
    return this.#items.length;
  }

  next(what = 'next item', seconds = 10) {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift());
    if (this.#end) return Promise.reject(this.#end);
    const waiter = deferred();
    this.#wanted.push(waiter);
    return within(seconds, what, waiter.promise);
  }

  // The next item for which `wanted` holds; items before it are dropped.
  async until(wanted, what = 'a certain item', seconds = 10) {
    for (;;) {
      const item = await this.next(what, seconds);
      if (wanted(item)) return item;
    }
  }
}
