// Signing in through an identity provider: a real one, in this process.
import Provider from "oidc-provider";
import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { expect, stranger, test } from "./standalone";

const GROUPS: Record<string, string[]> = { grace: ["ml-leads"], ada: ["ml-team", "chess"], eve: ["chess"] };

/** Changes a token on its way. */
type Forgery = (token: string) => string;

const encoded = (text: string) => Buffer.from(text).toString("base64url");

const FORGERIES: Record<string, Forgery> = {
  "another signature": (token) => `${token.slice(0, -20)}${token.at(-20) === "A" ? "B" : "A"}${token.slice(-19)}`,
  "another person": (token) => {
    const [header, claims, signature] = token.split(".");
    const read = JSON.parse(Buffer.from(claims ?? "", "base64url").toString()) as object;
    return [header, encoded(JSON.stringify({ ...read, sub: "grace" })), signature].join(".");
  },
  "no signature": (token) => [encoded(JSON.stringify({ alg: "none" })), token.split(".")[1], ""].join("."),
  // The secret is known to both, but the list of algorithms has no shared secrets in it.
  "a signature by the shared secret": (token) => {
    const signed = `${encoded(JSON.stringify({ alg: "HS256" }))}.${token.split(".")[1]}`;
    return `${signed}.${createHmac("sha256", "not a secret").update(signed).digest("base64url")}`;
  },
};

interface TestProvider {
  issuer: string;
  /** What becomes of the tokens from now on. */
  forgery?: Forgery;
  close: () => void;
}

/** Knows everybody by any password, and puts some of them into groups. */
async function startProvider(redirect: string, claimsInToken: boolean): Promise<TestProvider> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const made: TestProvider = { issuer, close: () => server.close() };
  const provider = new Provider(issuer, {
    clients: [{ client_id: "heirloom", client_secret: "not a secret", redirect_uris: [redirect] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
    scopes: ["openid", "email", "profile", "groups"],
    conformIdTokenClaims: !claimsInToken,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ["of the test"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: `${id}@acme.example`,
        email_verified: id !== "mallory",
        name: id[0]?.toUpperCase() + id.slice(1),
        groups: GROUPS[id] ?? ["ml-team"],
      }),
    }),
  });
  provider.use(async (context, next) => {
    await next();
    const answer = context.body as { id_token?: string };
    if (made.forgery && context.path === "/token" && answer.id_token) answer.id_token = made.forgery(answer.id_token);
  });
  server.on("request", provider.callback());
  return made;
}

async function signInAt(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder("Enter any login").fill(name);
  await page.getByPlaceholder("and password").fill("whatever");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

const OWNER = ["user", "create", "--organization", "Acme", "--email", "owner@acme.example", "--role", "owner"];

test("a forged token lets nobody in", async ({ browser, data, port, serveWith }) => {
  data.run(OWNER, "correct horse battery");
  const url = `http://127.0.0.1:${port}`;
  const provider = await startProvider(`${url}/sign-in/callback`, true);
  await serveWith(
    "--oidc-issuer", provider.issuer, "--oidc-client-id", "heirloom", "--oidc-client-secret", "not a secret",
    "--oidc-default-role", "editor",
  );
  for (const [name, forgery] of Object.entries(FORGERIES)) {
    await test.step(name, async () => {
      provider.forgery = forgery;
      const ada = await stranger(browser);
      await ada.goto(`${url}/sign-in/provider`);
      await signInAt(ada, "ada");
      await expect(ada.locator("main")).toContainText("Signing in there did not work");
      await ada.goto(`${url}/registry`);
      await expect(ada).toHaveURL(/sign-in/);
    });
  }
  provider.close();
});

for (const claimsInToken of [true, false]) {
  test(`people of the provider get the role of their groups, ${claimsInToken ? "said in the token" : "asked for afterwards"}`, async ({
    browser,
    data,
    port,
    serveWith,
  }) => {
    data.run(OWNER, "correct horse battery");
    const url = `http://127.0.0.1:${port}`;
    const provider = await startProvider(`${url}/sign-in/callback`, claimsInToken);
    await serveWith(
      "--oidc-issuer", provider.issuer, "--oidc-client-id", "heirloom", "--oidc-client-secret", "not a secret",
      "--oidc-name", "Acme", "--oidc-role", "ml-team=editor,ml-leads=owner",
    );
    const ada = await stranger(browser);
    await ada.goto(`${url}/registry`);
    await ada.getByRole("link", { name: "Sign in with Acme" }).click();
    await signInAt(ada, "ada");
    await expect(ada).toHaveURL(`${url}/registry`);
    await ada.locator(".site-account summary").click();
    await expect(ada.locator(".menu-panel")).toContainText("Editor of Acme");

    const grace = await stranger(browser);
    await grace.goto(`${url}/sign-in/provider`);
    await signInAt(grace, "grace");
    await grace.goto(`${url}/settings/people`);
    await expect(grace.locator("#members")).toContainText("ada@acme.example");

    const eve = await stranger(browser);
    await eve.goto(`${url}/sign-in/provider`);
    await signInAt(eve, "eve");
    await expect(eve.locator("main")).toContainText("you are in no group that may enter");

    const mallory = await stranger(browser);
    await mallory.goto(`${url}/sign-in/provider`);
    await signInAt(mallory, "mallory");
    await expect(mallory.locator("main")).toContainText("has not verified your e-mail address");

    // A way back that this browser did not begin leads nowhere.
    const forged = await (await stranger(browser)).goto(`${url}/sign-in/callback?code=x&state=y`);
    expect(forged?.status()).toBe(401);
    provider.close();
  });
}
