/** Something held for a time; both times in milliseconds since 1970. */
export interface Held {
  readonly expiresAt: number;
  readonly renewAfter: number;
}

export interface Clock {
  now(): number;
  /** From 0 up to, but not including, 1. */
  random(): number;
  /** Run once after so many milliseconds; call the answer to forget it. */
  after(milliseconds: number, run: () => void): () => void;
}

const deviceClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (milliseconds, run) => {
    const timer: unknown = setTimeout(run, milliseconds);
    // In Node a renewal to come is no reason for a program to go on.
    (timer as { unref?: () => void }).unref?.();
    return () => clearTimeout(timer as number);
  },
};

/** A request signed with credentials about to expire may arrive too late. */
const MARGIN_MS = 60_000;
const RETRY_MS = 30_000;
/** Part of the time between renewAfter and the end over which renewals are spread, so that pages don't knock together. */
const SPREAD = 0.25;

/** Keeps something that expires: renews it before its end, one renewal at a time, also after the device has slept. */
export class Lease<T extends Held> {
  #held: T | undefined;
  #renewAt = 0;
  #renewal: Promise<T> | undefined;
  #forgetTimer = (): void => undefined;

  constructor(
    private readonly obtain: () => Promise<T>,
    /** Whether a failure is a no for good: then nothing is held any longer. */
    private readonly isFinal: (error: unknown) => boolean,
    private readonly whenLost: (error: unknown) => void,
    private readonly clock: Clock = deviceClock,
  ) {}

  /** What is held and good; obtained first when there is none. Throws what `obtain` throws. */
  async get(): Promise<T> {
    const held = this.#held;
    if (held === undefined || this.clock.now() >= held.expiresAt - MARGIN_MS) return this.renew();
    this.wake();
    return held;
  }

  /** Obtain anew; whoever asks meanwhile gets the same answer. */
  renew(): Promise<T> {
    this.#renewal ??= this.#obtain().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  /** Renew in the background if it is time to. Timers stand still while a device sleeps: call this when it wakes. */
  wake(): void {
    if (this.#held === undefined || this.clock.now() < this.#renewAt) return;
    this.renew().catch((error: unknown) => {
      if (this.isFinal(error)) this.whenLost(error);
    });
  }

  async #obtain(): Promise<T> {
    try {
      const held = await this.obtain();
      this.#held = held;
      this.#renewAgainAt(held.renewAfter + this.clock.random() * SPREAD * (held.expiresAt - held.renewAfter));
      return held;
    } catch (error) {
      if (this.isFinal(error)) this.#drop();
      else this.#renewAgainAt(this.clock.now() + RETRY_MS * (1 + this.clock.random()));
      throw error;
    }
  }

  #renewAgainAt(moment: number): void {
    this.#renewAt = moment;
    this.#forgetTimer();
    this.#forgetTimer = this.clock.after(Math.max(0, moment - this.clock.now()), () => this.wake());
  }

  #drop(): void {
    this.#held = undefined;
    this.#forgetTimer();
  }
}
