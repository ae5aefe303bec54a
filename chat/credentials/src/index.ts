export { exchange, type Grant, type Proof, Refused } from "./exchange.ts";
export { type Held, Lease } from "./lease.ts";
export { type Credentials, fromPortal, type PortalCredentials } from "./provider.ts";
