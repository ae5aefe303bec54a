import type { Channel, Messaging } from "./messaging.ts";
import { EMPTY, type Timeline, withEarlier, withNewest } from "./timeline.ts";

/** A message of the user's own on its way. */
export interface Outgoing {
  readonly token: string;
  readonly text: string;
  readonly at: number;
  state: "sending" | "sent" | "failed";
  /** Chime's id, once it is sent. */
  id: string | undefined;
  error: unknown;
}

/** One channel as this page knows it: its messages, those on their way, and the text being written. */
export class Room {
  timeline: Timeline = EMPTY;
  outbox: Outgoing[] = [];
  draft = "";
  isLoaded = false;

  constructor(
    readonly channel: Channel,
    private readonly messaging: Messaging,
    private readonly changed: (room: Room) => void,
  ) {}

  async refresh(): Promise<void> {
    const page = await this.messaging.messages(this.channel.arn);
    this.timeline = withNewest(this.timeline, page);
    this.#settle();
  }

  async loadEarlier(): Promise<void> {
    const page = await this.messaging.messages(this.channel.arn, this.timeline.earlier);
    this.timeline = withEarlier(this.timeline, page);
    this.#settle();
  }

  /** Send a new message. A failure stays with the message, where it can be tried again; nothing is thrown. */
  send(text: string): Promise<void> {
    const outgoing: Outgoing = {
      token: crypto.randomUUID(),
      text,
      at: Date.now(),
      state: "sending",
      id: undefined,
      error: undefined,
    };
    this.outbox.push(outgoing);
    return this.deliver(outgoing);
  }

  async deliver(outgoing: Outgoing): Promise<void> {
    outgoing.state = "sending";
    this.changed(this);
    try {
      outgoing.id = await this.messaging.send(this.channel.arn, outgoing.text, outgoing.token);
      outgoing.state = "sent";
    } catch (error) {
      outgoing.error = error;
      outgoing.state = "failed";
    }
    this.changed(this);
  }

  discard(outgoing: Outgoing): void {
    this.outbox = this.outbox.filter((other) => other !== outgoing);
    this.changed(this);
  }

  /** A sent message leaves the outbox when Chime lists it, so it is shown once, and never missing meanwhile. */
  #settle(): void {
    this.isLoaded = true;
    const listed = new Set(this.timeline.messages.map((message) => message.id));
    this.outbox = this.outbox.filter((outgoing) => outgoing.id === undefined || !listed.has(outgoing.id));
    this.changed(this);
  }
}
