import {
  type ChannelMembershipForAppInstanceUserSummary,
  type ChannelMessageSummary,
  ChimeSDKMessagingClient,
  ListChannelMembershipsForAppInstanceUserCommand,
  ListChannelMessagesCommand,
  SendChannelMessageCommand,
} from "@aws-sdk/client-chime-sdk-messaging";

import type { Grant, PortalCredentials } from "chime-portal-credentials";

import { isExpired } from "./problems.ts";
import type { Message, Page } from "./timeline.ts";

export interface Channel {
  readonly arn: string;
  readonly name: string;
  /** Milliseconds since 1970; undefined while nobody has written. */
  readonly lastMessageAt: number | undefined;
}

const PAGE_SIZE = 50;

/** The few things the page asks of Amazon Chime, each in the name of the signed-in user. */
export class Messaging {
  #client: ChimeSDKMessagingClient | undefined;

  constructor(private readonly credentials: PortalCredentials) {}

  /** All channels the user is a member of, the liveliest first. */
  async channels(): Promise<Channel[]> {
    const found: Channel[] = [];
    let next: string | undefined;
    do {
      const page = await this.#call((client, ChimeBearer) =>
        client.send(new ListChannelMembershipsForAppInstanceUserCommand({ ChimeBearer, MaxResults: PAGE_SIZE, NextToken: next })),
      );
      found.push(...(page.ChannelMemberships ?? []).map(channelOf));
      next = page.NextToken;
    } while (next !== undefined);
    return found.sort((a, b) => (b.lastMessageAt ?? 0) - (a.lastMessageAt ?? 0) || a.name.localeCompare(b.name));
  }

  /** A page of messages: the newest, or those before `next`. */
  async messages(channelArn: string, next?: string): Promise<Page> {
    const page = await this.#call((client, ChimeBearer) =>
      client.send(
        new ListChannelMessagesCommand({
          ChannelArn: channelArn,
          ChimeBearer,
          SortOrder: "DESCENDING",
          MaxResults: PAGE_SIZE,
          NextToken: next,
        }),
      ),
    );
    const messages = (page.ChannelMessages ?? []).filter((message) => message.Type !== "CONTROL").map(messageOf);
    return { messages, next: page.NextToken };
  }

  /** Send a message and return its id. The same token sends it once only, however often it is tried. */
  async send(channelArn: string, text: string, token: string): Promise<string> {
    const sent = await this.#call((client, ChimeBearer) =>
      client.send(
        new SendChannelMessageCommand({
          ChannelArn: channelArn,
          ChimeBearer,
          ClientRequestToken: token,
          Content: text,
          Persistence: "PERSISTENT",
          Type: "STANDARD",
        }),
      ),
    );
    return sent.MessageId ?? "";
  }

  async #call<Output>(ask: (client: ChimeSDKMessagingClient, bearer: string) => Promise<Output>): Promise<Output> {
    const grant = await this.credentials.lease.get();
    this.#client ??= clientFor(grant, this.credentials);
    // A device's clock may have been set, or have jumped while it slept: the latest exchange knows.
    this.#client.config.systemClockOffset = grant.clockOffset;
    try {
      return await ask(this.#client, grant.userArn);
    } catch (error) {
      if (!isExpired(error)) throw error;
      return ask(this.#client, (await this.credentials.lease.renew()).userArn);
    }
  }
}

function clientFor(grant: Grant, credentials: PortalCredentials): ChimeSDKMessagingClient {
  return new ChimeSDKMessagingClient({
    region: grant.region,
    endpoint: grant.endpoint,
    credentials,
  });
}

function channelOf({ ChannelSummary: channel = {} }: ChannelMembershipForAppInstanceUserSummary): Channel {
  return {
    arn: channel.ChannelArn ?? "",
    name: channel.Name ?? "",
    lastMessageAt: channel.LastMessageTimestamp?.getTime(),
  };
}

function messageOf(message: ChannelMessageSummary): Message {
  return {
    id: message.MessageId ?? "",
    senderArn: message.Sender?.Arn ?? "",
    senderName: message.Sender?.Name ?? "",
    text: message.Content ?? "",
    createdAt: message.CreatedTimestamp?.getTime() ?? 0,
    edited: message.LastEditedTimestamp !== undefined,
    removed: message.Redacted === true,
  };
}
