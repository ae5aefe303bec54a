// openid-client, the certified relying party of npm: does one step at the issuer, and prints what came of it as JSON.
import * as client from "openid-client";

const { issuer, clientId, secret, step, ...given } = JSON.parse(process.argv[2]);
const how = secret ? client.ClientSecretBasic(secret) : client.None();
const config = await client.discovery(new URL(issuer), clientId, undefined, how, { execute: [client.allowInsecureRequests] });

const steps = {
  async authorize() {
    const verifier = client.randomPKCECodeVerifier();
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: given.redirectUri,
      scope: given.scope,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
    });
    return { url: url.href, verifier, state, nonce };
  },
  async callback() {
    const checks = { pkceCodeVerifier: given.verifier, expectedState: given.state, expectedNonce: given.nonce };
    const tokens = await client.authorizationCodeGrant(config, new URL(given.url), checks);
    const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
    return { tokens, claims: tokens.claims(), info };
  },
  refresh: () => client.refreshTokenGrant(config, given.refreshToken),
  credentials: () => client.clientCredentialsGrant(config, { scope: given.scope }),
  device: () => client.initiateDeviceAuthorization(config, { scope: given.scope }),
  poll: () => client.pollDeviceAuthorizationGrant(config, given.device),
  grant: () => client.genericGrantRequest(config, given.grantType, given.parameters),
  revoke: () => client.tokenRevocation(config, given.token),
};

try {
  console.log(JSON.stringify((await steps[step]()) ?? {}));
} catch (error) {
  console.log(JSON.stringify({ error: error.error ?? error.code ?? String(error), said: error.error_description, cause: String(error.cause?.message ?? "") }));
}
