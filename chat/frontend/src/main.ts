import { fromPortal } from "chime-portal-credentials";

import { readConfiguration } from "./configuration.ts";
import { Messaging } from "./messaging.ts";
import { alert } from "./notice.ts";
import { ChatPage } from "./page.ts";

const configuration = readConfiguration();
const credentials = fromPortal(configuration.exchange, configuration, (error) => alert(error, () => location.reload()));

for (const moment of ["online", "pageshow", "visibilitychange"] as const) {
  (moment === "visibilitychange" ? document : window).addEventListener(moment, () => credentials.lease.wake());
}

new ChatPage(credentials.lease, new Messaging(credentials)).start();
