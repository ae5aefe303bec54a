import assert from "node:assert/strict";
import { test } from "node:test";

import { type Clock, type Held, Lease } from "../src/lease.ts";

const HOUR = 3_600_000;

/** A clock that stands still until it is told to go on. */
class TestClock implements Clock {
  #now = 0;
  #alarm: { at: number; run: () => void } | undefined;
  now = () => this.#now;
  random = () => 0;
  after = (milliseconds: number, run: () => void) => {
    this.#alarm = { at: this.#now + milliseconds, run };
    return () => (this.#alarm = undefined);
  };

  sleepUntil(moment: number): void {
    this.#now = moment;
  }

  async goOnUntil(moment: number): Promise<void> {
    while (this.#alarm !== undefined && this.#alarm.at <= moment) {
      const { at, run } = this.#alarm;
      this.#alarm = undefined;
      this.#now = at;
      run();
      await settled();
    }
    this.#now = moment;
  }
}

class SignedOut extends Error {}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const clock = new TestClock();
  const portal = { asked: 0, failure: undefined as Error | undefined, lost: [] as unknown[] };
  const obtain = async (): Promise<Held & { number: number }> => {
    portal.asked += 1;
    if (portal.failure) throw portal.failure;
    return { number: portal.asked, renewAfter: clock.now() + HOUR * 0.75, expiresAt: clock.now() + HOUR };
  };
  const lease = new Lease(obtain, (error) => error instanceof SignedOut, (error) => portal.lost.push(error), clock);
  return { clock, portal, lease };
}

test("what is held is given again without asking", async () => {
  const { portal, lease } = setUp();
  await lease.get();
  assert.equal((await lease.get()).number, 1);
  assert.equal(portal.asked, 1);
});

test("all who ask at once share one renewal", async () => {
  const { portal, lease } = setUp();
  const numbers = await Promise.all([lease.get(), lease.get(), lease.renew()]);
  assert.deepEqual(numbers.map(({ number }) => number), [1, 1, 1]);
  assert.equal(portal.asked, 1);
});

test("it is renewed before it ends, again and again, with nobody asking", async () => {
  const { clock, portal, lease } = setUp();
  await lease.get();
  await clock.goOnUntil(HOUR * 0.74);
  assert.equal(portal.asked, 1);
  await clock.goOnUntil(HOUR * 3);
  assert.equal(portal.asked, 5);
});

test("renewals of many pages are spread, and none is spread beyond the end", async () => {
  const { clock, portal, lease } = setUp();
  clock.random = () => 0.999;
  await lease.get();
  await clock.goOnUntil(HOUR * 0.81);
  assert.equal(portal.asked, 1);
  await clock.goOnUntil(HOUR * 0.82);
  assert.equal(portal.asked, 2);
});

test("after a sleep beyond its end nothing expired is given", async () => {
  const { clock, lease } = setUp();
  await lease.get();
  clock.sleepUntil(HOUR * 9);
  assert.equal((await lease.get()).number, 2);
});

test("a device that wakes renews what is due, and only that", async () => {
  const { clock, portal, lease } = setUp();
  await lease.get();
  lease.wake();
  assert.equal(portal.asked, 1);
  clock.sleepUntil(HOUR * 0.8);
  lease.wake();
  await settled();
  assert.equal(portal.asked, 2);
});

test("while the portal is away what is held is given, and the portal asked again before the end", async () => {
  const { clock, portal, lease } = setUp();
  await lease.get();
  portal.failure = new TypeError("Failed to fetch");
  await clock.goOnUntil(HOUR * 0.8);
  assert.equal((await lease.get()).number, 1);
  portal.failure = undefined;
  await clock.goOnUntil(HOUR * 0.81);
  assert.ok((await lease.get()).number > 1);
  assert.deepEqual(portal.lost, []);
});

test("a failure to obtain the first is told to who asked", async () => {
  const { portal, lease } = setUp();
  portal.failure = new TypeError("Failed to fetch");
  await assert.rejects(lease.get(), TypeError);
  portal.failure = undefined;
  assert.equal((await lease.get()).number, 2);
});

test("a no for good drops what is held and is told at once", async () => {
  const { clock, portal, lease } = setUp();
  await lease.get();
  portal.failure = new SignedOut();
  await clock.goOnUntil(HOUR * 0.9);
  assert.equal(portal.lost.length, 1);
  await assert.rejects(lease.get(), SignedOut);
});
