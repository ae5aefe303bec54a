import { channelInAddress, focusChannel, hasChannelInAddress, showChannels, whileLoading } from "./channel-list.ts";
import { Composer } from "./composer.ts";
import { byId, isNarrow } from "./dom.ts";
import type { Grant, Lease } from "chime-portal-credentials";
import { scrollToEnd, showMessages } from "./message-list.ts";
import type { Channel, Messaging } from "./messaging.ts";
import { alert, clearAlert, tell } from "./notice.ts";
import { Room } from "./room.ts";

/** The page as a whole: which channels there are, which one is open, and what its buttons do. */
export class ChatPage {
  #channels: Channel[] = [];
  #rooms = new Map<string, Room>();
  #open: Room | undefined;
  #me = "";
  readonly #title = document.title;
  readonly #composer = new Composer((text) => void this.#send(text));

  constructor(
    private readonly lease: Lease<Grant>,
    private readonly messaging: Messaging,
  ) {}

  start(): void {
    addEventListener("hashchange", () => this.#follow());
    byId("back").addEventListener("click", () => this.#goBack());
    byId("refresh-channels").addEventListener("click", () => this.#try(() => this.#reloadChannels()));
    byId("refresh-messages").addEventListener("click", () => this.#try(() => this.#refresh()));
    byId("earlier").addEventListener("click", () => this.#try(() => this.#loadEarlier()));
    this.#try(async () => {
      await whileLoading(this.#loadChannels());
      this.#follow({ isArrival: true });
    });
  }

  /** Do it, and when it fails say why and offer to do it again. */
  #try(act: () => Promise<void>): void {
    act().then(
      () => clearAlert(),
      (error: unknown) => alert(error, () => this.#try(act)),
    );
  }

  async #loadChannels(): Promise<void> {
    const grant = await this.lease.get();
    this.#me = grant.userArn;
    byId("me").textContent = grant.name;
    this.#channels = await this.messaging.channels();
    showChannels(this.#channels, this.#open?.channel);
  }

  async #reloadChannels(): Promise<void> {
    await whileLoading(this.#loadChannels());
    tell("The list of channels is up to date.");
  }

  #follow({ isArrival = false } = {}): void {
    const channel = channelInAddress(this.#channels);
    if (this.#open) this.#open.draft = this.#composer.text;
    this.#open = channel && this.#roomOf(channel);
    this.#showOpen();
    if (this.#open === undefined) return;
    if (!isArrival) this.#focusConversation();
    this.#try(() => this.#refresh(""));
  }

  #roomOf(channel: Channel): Room {
    const room = this.#rooms.get(channel.arn) ?? new Room(channel, this.messaging, (changed) => this.#show(changed));
    this.#rooms.set(channel.arn, room);
    return room;
  }

  #showOpen(): void {
    const channel = this.#open?.channel;
    byId("panes").classList.toggle("open", channel !== undefined);
    byId("channel-title").textContent = channel?.name ?? "";
    document.title = channel ? `${channel.name} · ${this.#title}` : this.#title;
    showChannels(this.#channels, channel);
    byId("nothing-open").textContent = hasChannelInAddress() ? "This channel is not among yours. Choose another one." : "Choose a channel to read it.";
    if (this.#open === undefined) return;
    this.#composer.text = this.#open.draft;
    this.#show(this.#open);
    scrollToEnd();
  }

  #show(room: Room): void {
    if (room === this.#open) showMessages(room, this.#me);
  }

  async #refresh(news = "The messages are up to date."): Promise<void> {
    const room = this.#open;
    if (room === undefined) return;
    const isFirst = !room.isLoaded;
    await room.refresh();
    if (isFirst && room === this.#open) scrollToEnd();
    tell(news);
  }

  async #loadEarlier(): Promise<void> {
    await this.#open?.loadEarlier();
    // The button goes with the last page, and must not take the keyboard's place with it.
    if (byId("earlier").hidden) byId("scroll").focus({ preventScroll: true });
    tell("Earlier messages are shown above.");
  }

  async #send(text: string): Promise<void> {
    const room = this.#open;
    if (room === undefined) return;
    const delivery = room.send(text);
    scrollToEnd();
    await delivery;
    if (room.outbox.some((outgoing) => outgoing.state === "sent")) this.#try(() => room.refresh());
  }

  #focusConversation(): void {
    if (isNarrow()) byId("channel-title").focus();
    else this.#composer.focus();
  }

  #goBack(): void {
    const left = this.#open?.channel;
    if (left) addEventListener("hashchange", () => focusChannel(left), { once: true });
  }
}
