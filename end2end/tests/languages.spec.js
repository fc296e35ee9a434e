// Every page in the language people read: asked for by an app, chosen at the foot of a page, from right to left too.

import { expect, somebody, test } from "./support/fixtures.js";
import { backIn, decide, enterCode, field, identify, prove, send, settled, signUp } from "./support/steps.js";

const WORDS = {
  ar: {
    dir: "rtl",
    name: "العربية",
    signIn: (app) => `تسجيل الدخول إلى ${app}`,
    create: "إنشاء حساب",
    check: "تحقق من بريدك",
    consent: (app) => `يريد ${app} استخدام حسابك`,
    profile: "الملف الشخصي",
    apps: "التطبيقات المرتبطة",
    sessions: "الجلسات",
    security: "الأمان",
    activity: "النشاط",
    privacy: "الخصوصية",
    wrong: "البريد الإلكتروني أو كلمة المرور غير صحيحة.",
    subject: /رمزك/,
  },
  ja: {
    dir: "ltr",
    name: "日本語",
    signIn: (app) => `${app} にログイン`,
    create: "アカウントを作成",
    check: "メールを確認してください",
    consent: (app) => `${app} がアカウントの使用を求めています`,
    profile: "プロフィール",
    apps: "連携アプリ",
    sessions: "セッション",
    security: "セキュリティ",
    activity: "アクティビティ",
    privacy: "プライバシー",
    wrong: "メールアドレスまたはパスワードが正しくありません。",
    subject: /のコード/,
  },
};

/** What people read of a heading: isolates are there for the direction only. */
async function heading(page, text) {
  const read = () => page.getByRole("heading", { level: 1 }).textContent();
  await expect.poll(async () => (await read()).replace(/[\u2066-\u2069]/g, "").trim()).toBe(text);
}

async function speaks(page, language) {
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  await expect(page.locator("html")).toHaveAttribute("dir", WORDS[language]?.dir ?? "ltr");
}

async function choose(page, name) {
  const menu = page.getByRole("contentinfo").locator("details");
  await menu.locator("summary").click();
  await menu.getByRole("button", { name, exact: true }).click();
}

/** Nothing is wider than the page, and no field or button sticks out of it. */
async function fits(page) {
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wider, `at ${width}`).toBe(0);
  }
}

for (const [language, words] of Object.entries(WORDS)) {
  test(`somebody signs up for an app, allows it and looks after the account in ${language}`, async ({ page, signet, app }) => {
    const person = somebody(language === "ar" ? "ليلى مثال" : "山田 例");
    const flow = app.begin({ scope: "openid profile email", ui_locales: language });
    await page.goto(flow.url);
    await speaks(page, language);
    await heading(page, words.signIn(app.name));
    await fits(page);

    await page.getByRole("link", { name: words.create }).click();
    await heading(page, words.create === "إنشاء حساب" ? "أنشئ حسابك" : "アカウントを作成");
    await signUp(page, person);
    await heading(page, words.check);
    const { codes, subject } = await signet.mail(person.email);
    expect(subject).toMatch(words.subject);
    await enterCode(page, codes[0]);

    await speaks(page, language);
    await heading(page, words.consent(app.name));
    await fits(page);
    await decide(page, "allow");
    const { claims } = await app.finish(flow, await backIn(app, page));
    expect(claims).toMatchObject({ email: person.email, name: person.name, locale: language });

    const { profile, apps, sessions, security, activity, privacy } = words;
    for (const [path, title] of Object.entries({ "": profile, apps, sessions, security, activity, privacy })) {
      await page.goto(signet.url(path ? `/account/${path}` : "/account"));
      await speaks(page, language);
      await heading(page, title);
      await fits(page);
    }
  });

  test(`what went wrong is said in ${language}, on the page that it went wrong on`, async ({ page, signet, app, person }) => {
    await page.goto(app.begin({ ui_locales: language }).url);
    await identify(page, person.email);
    await expect(field(page, "password")).toBeVisible();
    await settled(page);
    await prove(page, "not the password");
    await expect(page.getByRole("alert")).toContainText(words.wrong);
    await speaks(page, language);
    await prove(page, person.password);
    await heading(page, words.consent(app.name));
  });

  test(`a choice of ${language} is kept, shows at once and wins over what the app asked for`, async ({ page, signet, app }) => {
    await page.goto(app.begin({ ui_locales: "de" }).url);
    await speaks(page, "de");
    await choose(page, words.name);
    await speaks(page, language);
    await heading(page, words.signIn(app.name));
    await identify(page, "nobody@example.com");
    await expect(field(page, "password")).toBeVisible();
    await speaks(page, language);
    await page.goto(signet.url("/forgot-password"));
    await speaks(page, language);
  });
}

test("from right to left, what is typed and what is read from left to right stays so", async ({ page, signet, app }) => {
  await page.goto(app.begin({ ui_locales: "ar" }).url);
  await expect(field(page, "identifier")).toHaveCSS("direction", "ltr");
  const host = page.getByRole("contentinfo").locator("bdi");
  await expect(host).toHaveText(new URL(signet.url("/")).host);
  await expect(host).toHaveCSS("direction", "ltr");
  const label = await page.locator("label").first().boundingBox();
  const input = await field(page, "identifier").boundingBox();
  expect(Math.abs(label.x + label.width - (input.x + input.width))).toBeLessThan(40);
});

test("a form sent with the language menu open goes where it belongs", async ({ page, signet, person }) => {
  await page.goto(signet.url("/login"));
  await page.getByRole("contentinfo").locator("summary").click();
  await field(page, "identifier").fill(person.email);
  await send(page, "identifier");
  await expect(field(page, "password")).toBeVisible();
  await speaks(page, "en");
});
