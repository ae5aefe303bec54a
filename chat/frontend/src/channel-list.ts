import { byId, make } from "./dom.ts";
import type { Channel } from "./messaging.ts";
import { shortTime } from "./times.ts";

const PREFIX = "#/";

/** The channel's own id, which is the end of its ARN and safe in an address. */
function channelId(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** The channel that the address names, so that a reload or a link comes back to it. */
export function channelInAddress(channels: readonly Channel[]): Channel | undefined {
  return channels.find((channel) => location.hash === PREFIX + channelId(channel.arn));
}

export function hasChannelInAddress(): boolean {
  return location.hash.startsWith(PREFIX);
}

export function showChannels(channels: readonly Channel[], open: Channel | undefined): void {
  const list = byId("channels");
  list.replaceChildren(...channels.map((channel) => entry(channel, channel.arn === open?.arn)));
  byId("no-channels").hidden = channels.length > 0;
}

/** Show that the list is being loaded, for as long as it is. */
export function whileLoading<T>(loading: Promise<T>): Promise<T> {
  const list = byId("channels");
  list.setAttribute("aria-busy", "true");
  return loading.finally(() => list.removeAttribute("aria-busy"));
}

export function focusChannel(channel: Channel): void {
  byId("channels").querySelector<HTMLElement>(`[href="${CSS.escape(PREFIX + channelId(channel.arn))}"]`)?.focus();
}

function entry(channel: Channel, isOpen: boolean): HTMLElement {
  const link = make(
    "a",
    { href: PREFIX + channelId(channel.arn), "aria-current": isOpen ? "true" : undefined },
    make("bdi", {}, channel.name),
  );
  if (channel.lastMessageAt !== undefined) link.append(shortTime(channel.lastMessageAt));
  return make("li", {}, link);
}
