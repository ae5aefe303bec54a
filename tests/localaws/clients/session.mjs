// The messaging session of Amazon's own SDK, as the chat of AWS's sample uses it; it reports all that it is told.
import { ChimeSDKMessagingClient } from "@aws-sdk/client-chime-sdk-messaging";
import {
  ConsoleLogger,
  DefaultMessagingSession,
  LogLevel,
  MessagingSessionConfiguration,
  PrefetchOn,
  PrefetchSortBy,
} from "amazon-chime-sdk-js";

function openSession({ endpoint, region, userArn, credentials, prefetch }, report) {
  let current = credentials;
  const client = new ChimeSDKMessagingClient({
    endpoint,
    region,
    // As they are always about to expire, they are asked for anew each time.
    credentials: async () => ({ ...current, expiration: new Date(Date.now() + 60_000) }),
  });
  const configuration = new MessagingSessionConfiguration(userArn, null, undefined, client);
  configuration.reconnectShortBackoffMs = 100;
  if (prefetch) {
    configuration.prefetchOn = PrefetchOn.Connect;
    configuration.prefetchSortBy = PrefetchSortBy.LastMessageTimestamp;
  }
  // At INFO it would log signed URLs.
  const session = new DefaultMessagingSession(configuration, new ConsoleLogger("session", LogLevel.WARN));
  session.addObserver({
    messagingSessionDidStartConnecting: (reconnecting) => report({ what: "connecting", reconnecting }),
    messagingSessionDidStart: () => report({ what: "started" }),
    messagingSessionDidStop: (event) => report({ what: "stopped", code: event.code }),
    messagingSessionDidReceiveMessage: ({ type, headers, payload }) =>
      report({ what: "heard", type, headers, payload: JSON.parse(payload) }),
  });
  session.start().catch((event) => report({ what: "refused", code: event.code }));
  return {
    renew: (renewed) => {
      current = renewed;
    },
    stop: () => session.stop(),
  };
}

// One session at a time: what an earlier one still has to say is of no interest.
export function attend(report) {
  let session;
  let count = 0;
  return ({ open, renew, stop }) => {
    if (open) {
      const number = ++count;
      session = openSession(open, (what) => number === count && report(what));
    }
    if (renew) session.renew(renew);
    if (stop) {
      count += 1;
      session.stop();
    }
  };
}
