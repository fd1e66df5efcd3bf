// Invitations and forgotten passwords by mail, through a real mail server in this process.
import { SMTPServer } from "smtp-server";
import type { AddressInfo } from "node:net";
import { expectAccessible } from "./accessible";
import { expect, stranger, test } from "./standalone";

/** Keeps what it is given. */
async function startMailServer(): Promise<{ url: string; received: string[]; close: () => void }> {
  const received: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, _, done) {
      let text = "";
      stream.on("data", (chunk) => (text += chunk));
      stream.on("end", () => {
        received.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, received, close: () => server.close(() => {}) };
}

/** The link in a mail, whose lines may be wrapped as RFC 2045 says. */
function linkIn(mail: string): string {
  return /http:\/\/\S+/.exec(mail.replace(/=\r\n/g, "").replace(/=3D/g, "="))?.[0] ?? "";
}

test("invitations and links for new passwords arrive by mail", async ({ page, browser, data, serveWith }) => {
  data.run(["user", "create", "--organization", "Acme", "--email", "owner@acme.example", "--role", "owner"], "correct horse battery");
  const mail = await startMailServer();
  const server = await serveWith("--smtp-url", mail.url, "--mail-from", "Heirloom <heirloom@acme.example>");
  await page.goto(`${server.url}/settings/people`);
  await page.getByLabel("E-mail").fill("owner@acme.example");
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Sign in" }).click();
  const card = page.locator("#invite");
  await card.getByLabel("E-mail").fill("grace@acme.example");
  await card.getByRole("button").click();
  await expect(page.getByText("It was also sent by mail.")).toBeVisible();
  expect(mail.received).toHaveLength(1);
  expect(mail.received[0]).toContain("To: grace@acme.example");
  const grace = await stranger(browser);
  await grace.goto(linkIn(mail.received[0] ?? ""));
  await grace.getByLabel("Password").fill("three wombats bake bread");
  await grace.getByRole("button", { name: "Join" }).click();
  await expect(grace.locator(".site-org")).toHaveText("Acme");

  const forgetful = await stranger(browser);
  for (const [email, count] of [["nobody@acme.example", 1], ["grace@acme.example", 2]] as const) {
    await forgetful.goto(`${server.url}/sign-in`);
    await forgetful.getByRole("link", { name: "Forgotten your password?" }).click();
    if (count === 1) await expectAccessible(forgetful, "forgotten password");
    await forgetful.getByLabel("E-mail").fill(email);
    await forgetful.getByRole("button", { name: "Send the link" }).click();
    await expect(forgetful.getByText("If somebody has this address, a link is on its way.")).toBeVisible();
    await expect.poll(() => mail.received.length).toBe(count);
  }
  await forgetful.goto(linkIn(mail.received[1] ?? ""));
  await expectAccessible(forgetful, "new password");
  await forgetful.getByLabel("New password").fill("four badgers sell cheese");
  await forgetful.getByRole("button", { name: "Set the password" }).click();
  await expect(forgetful).toHaveURL(/\/sign-in/);
  mail.close();
});
