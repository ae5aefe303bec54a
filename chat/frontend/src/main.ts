import { readConfiguration } from "./configuration.ts";
import { exchange, type Grant, Refused } from "./exchange.ts";
import { Lease } from "./lease.ts";
import { Messaging } from "./messaging.ts";
import { alert } from "./notice.ts";
import { ChatPage } from "./page.ts";

const configuration = readConfiguration();
const lease = new Lease<Grant>(
  () => exchange(configuration),
  (error) => error instanceof Refused && error.final,
  (error) => alert(error, () => location.reload()),
);

for (const moment of ["online", "pageshow", "visibilitychange"] as const) {
  (moment === "visibilitychange" ? document : window).addEventListener(moment, () => lease.wake());
}

new ChatPage(lease, new Messaging(lease)).start();
