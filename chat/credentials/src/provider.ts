import { exchange, type Grant, type Proof, Refused } from "./exchange.ts";
import { Lease } from "./lease.ts";

/** What the AWS SDK for JavaScript v3 calls an AwsCredentialIdentity. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A credential provider for any client of the AWS SDK, and the lease behind it. */
export interface PortalCredentials {
  (): Promise<Credentials>;
  /** The SDK asks each time: the lease keeps the credentials and renews them. */
  readonly memoized: true;
  readonly lease: Lease<Grant>;
}

/**
 * Credentials that renew themselves at a portal's `POST /api/v1/exchange`: `new AnyClient({ credentials: fromPortal(url, proof) })`.
 * In a browser call `lease.wake()` when the page comes back to life, as timers stand still while a device sleeps.
 * `whenLost` hears of a no for good, such as the end of the login, that a renewal in the background met.
 */
export function fromPortal(url: string, proof: Proof, whenLost: (error: unknown) => void = () => undefined): PortalCredentials {
  const lease = new Lease<Grant>(
    () => exchange(url, proof),
    (error) => error instanceof Refused && error.final,
    whenLost,
  );
  const provider = async (): Promise<Credentials> => (await lease.get()).credentials;
  return Object.assign(provider, { memoized: true as const, lease });
}
