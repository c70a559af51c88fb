import type { Page } from 'playwright';
import { type Card, codeOf } from './card';
import type { Person } from './remote-customer';
import type { Typist } from './typist';

/** A customer in front of a real browser: finds everything by what a page says, and types with keys of a rhythm of their own. */
export class WebCustomer {
  readonly page: Page;
  readonly person: Person;
  readonly typist: Typist;
  card: Card | undefined;

  constructor(page: Page, { person, typist, card }: { person: Person; typist: Typist; card?: Card | undefined }) {
    this.page = page;
    this.person = person;
    this.typist = typist;
    this.card = card;
  }

  /** Waits until the page has this heading. */
  async sees(heading: string | RegExp): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: heading }).waitFor();
  }

  /** Follows a link of the main navigation. */
  async go(place: 'Accounts' | 'Transfer' | 'Transactions' | 'Security'): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place }).click();
  }

  /** Follows a link of the operators' console. */
  async goInConsole(place: 'Live sessions' | 'Alerts' | 'Customers' | 'Messages' | 'Audit log'): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Operator console' })
      .getByRole('link', { name: new RegExp(`^${place}`) })
      .click();
    await this.sees(place);
  }

  get passwordField() {
    return this.page.getByLabel('Password', { exact: true });
  }

  /** Opens the sign-in page with the e-mail address filled in and the password field focused. */
  async openSignIn(): Promise<void> {
    await this.page.goto('/sign-in');
    await this.page.getByLabel('E-mail address').fill(this.person.email);
    await this.passwordField.focus();
  }

  /** Types e-mail and password, submits, and waits for what follows: the accounts or the question for the card. */
  async enterPassword({ password = this.person.password, typist = this.typist } = {}): Promise<'accounts' | 'step-up'> {
    await this.openSignIn();
    await typist.type(this.page, password);
    return this.submitSignIn();
  }

  async submitSignIn(): Promise<'accounts' | 'step-up'> {
    await this.page.keyboard.press('Enter', { delay: 70 });
    await this.page.waitForURL(/\/(accounts|step-up|operator)$/);
    return /step-up$/.test(this.page.url()) ? 'step-up' : 'accounts';
  }

  /** Signs in, with the card where it is asked for. */
  async signIn(): Promise<'password' | 'card'> {
    const next = await this.enterPassword();
    if (next === 'step-up') {
      await this.answerCard();
      await this.page.waitForURL(/\/(accounts|operator)$/);
    }
    await this.page.getByRole('button', { name: 'Sign out', exact: true }).waitFor();
    return next === 'step-up' ? 'card' : 'password';
  }

  /** The cells that the page asks for. */
  async coordinates(): Promise<string[]> {
    const fields = this.page.getByRole('group', { name: 'Code from your matrix card' });
    await fields.waitFor();
    return (await fields.locator('label').allTextContents()).map((label) => label.replace(/^Cell /, ''));
  }

  /** Types a code of the card into its fields: the right one, if not told otherwise. */
  async enterCode(code?: string): Promise<void> {
    const coordinates = await this.coordinates();
    await this.page.getByLabel(`Cell ${coordinates[0]}`, { exact: true }).focus();
    await this.page.keyboard.type(code ?? this.code(coordinates));
  }

  async answerCard(code?: string): Promise<void> {
    await this.enterCode(code);
    await this.page.keyboard.press('Enter');
  }

  code(coordinates: readonly string[]): string {
    if (!this.card) throw new Error(`${this.person.name} has no card`);
    return codeOf(this.card, coordinates);
  }

  async signOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await this.page.waitForURL(/\/sign-in$/);
    await this.page.getByText('You are signed out. See you soon.').waitFor();
  }

  /** The session cookies of this browser, as a thief would copy them. */
  async cookies(): Promise<Array<[string, string]>> {
    return (await this.page.context().cookies()).map(({ name, value }) => [name, value]);
  }
}
