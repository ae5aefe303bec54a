import { openSession } from "./session.mjs";

globalThis.reports = [];
let session;
globalThis.wish = ({ open, renew, stop }) => {
  if (open) session = openSession(open, (report) => globalThis.reports.push(report));
  if (renew) session.renew(renew);
  if (stop) session.stop();
};
