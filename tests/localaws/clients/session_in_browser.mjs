import { attend } from "./session.mjs";

globalThis.reports = [];
globalThis.wish = attend((report) => globalThis.reports.push(report));
