import type { Page } from 'playwright';
import { type Card, readCards } from './card';
import { PATIENCE_MS } from './patience';
import { WebCustomer } from './web-customer';

/** Somebody who opens an account, page by page, with keys of a rhythm of their own. */
export class Applicant extends WebCustomer {
  async open(): Promise<void> {
    await this.page.goto('/register');
    await this.sees('Open an account');
  }

  async choose(biometrics: 'granted' | 'declined', { withFace = false } = {}): Promise<void> {
    await this.page.getByRole('radio', { name: biometrics === 'granted' ? /^Use typing/ : /^Go without/ }).check();
    if (withFace) await this.page.getByRole('radio', { name: 'Use my face as well' }).check();
    await this.page.getByRole('checkbox', { name: /^I accept the terms/ }).check();
    await this.proceed();
  }

  async proceed(): Promise<void> {
    await this.page.getByRole('button', { name: 'Continue' }).click();
  }

  async giveDetails(): Promise<void> {
    await this.sees('Your details');
    await this.page.getByLabel('Full name').fill(this.person.name);
    await this.page.getByLabel('E-mail address').fill(this.person.email);
    await this.proceed();
  }

  get newPassword() {
    return this.page.getByLabel('New password');
  }

  async choosePassword(heading = 'Choose a password', { isRepeated = false } = {}): Promise<void> {
    await this.sees(heading);
    await this.newPassword.fill(this.person.password);
    if (isRepeated) await this.page.getByLabel('Repeat the password').fill(this.person.password);
    await this.page
      .getByRole('strong')
      .getByText(/^(Good|Strong)$/)
      .waitFor();
    await this.proceed();
  }

  /** Types the password once and ends the entry; returns what the page says of it. */
  async enterOnce(type: (page: Page, password: string) => Promise<void> = (page, text) => this.typist.type(page, text)): Promise<string> {
    const field = this.page.getByLabel(/^Type your password/);
    await field.focus();
    await type(this.page, this.person.password);
    await this.page.keyboard.press('Enter');
    // The field is emptied when the entry was taken or refused.
    await this.page.waitForFunction(() => document.querySelector<HTMLInputElement>('#password-entry')?.value === '');
    return (await this.page.locator('.said').textContent()) ?? '';
  }

  async copyText(): Promise<void> {
    const target = this.page.getByText(/^Text to copy: /);
    const label = (await target.textContent()) ?? '';
    await this.page.getByLabel(/^Text \d of \d$/).focus();
    await this.typist.type(this.page, label.replace('Text to copy: ', ''));
    await this.page.keyboard.press('Enter');
    await this.page.waitForFunction((shown) => !document.querySelector('main')?.textContent?.includes(shown), label);
  }

  /** The card, as the page shows it to everybody who opens it as text. */
  async readCard(): Promise<Card> {
    await this.sees(/Your (new )?matrix card/);
    await this.page.getByText('Show the card as text').click();
    const [card] = readCards((await this.page.locator('pre').textContent()) ?? '');
    if (!card) throw new Error('the page shows no card');
    this.card = card;
    return card;
  }

  /** The newest six-digit code in the mailbox page, once there are so many mails in it. */
  async mailedCode(mails = 1): Promise<string> {
    const mailbox = await this.page.context().newPage();
    await mailbox.goto('/mailbox');
    await mailbox.getByLabel('E-mail address').fill(this.person.email);
    const articles = mailbox.getByRole('article');
    for (const deadline = performance.now() + PATIENCE_MS; (await articles.count()) < mails; ) {
      if (performance.now() > deadline)
        throw new Error(`the mailbox of ${this.person.email} has ${await articles.count()} of ${mails} mails`);
      const answered = mailbox.waitForResponse(/\/api\/mailbox/);
      await mailbox.getByRole('button', { name: 'Show messages' }).click();
      await answered;
      // Mail leaves in the background.
      await mailbox.waitForTimeout(250);
    }
    const code = /\b\d{6}\b/.exec((await articles.first().textContent()) ?? '')?.[0];
    if (code === undefined) throw new Error('the newest mail has no code');
    await mailbox.close();
    return code;
  }

  async confirm({ emailCode, code }: { emailCode: string; code?: string }): Promise<void> {
    await this.enterCode(code);
    await this.page.getByLabel('Code from the e-mail').fill(emailCode);
    await this.page.getByRole('button', { name: 'Open my account' }).click();
  }
}
