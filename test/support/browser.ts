import { chromium, type Browser, type Page } from 'playwright-core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a page is looked at. */
export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

/** A page that is open, and all that went wrong on it. */
export interface OpenPage {
  readonly page: Page;
  /** What it told of errors, and what it asked the network for. */
  readonly troubles: readonly string[];
}

/** A real browser, for pages that are files. It has one tab: what was opened before goes when the next one comes. */
export class TestBrowser {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tsplay-browser-'));
  readonly #browser: Browser;
  readonly #page: Page;
  #file = '';
  #troubles: string[] = [];
  #pages = 0;

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.#page = page;
    // What is not there at once is not going to come.
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => this.#troubles.push(error.message));
    page.on('console', (message) => this.#troubles.push(message.text()));
    page.on('request', (request) => {
      if (request.url() !== `file://${this.#file}`) this.#troubles.push(request.url());
    });
  }

  /** Debian's Chromium. As root it runs only without its sandbox; nothing but our own files is opened. */
  static async start(): Promise<TestBrowser> {
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    return new TestBrowser(browser, await browser.newPage());
  }

  async open(html: string, { width = 1280, height = 900, dark = false }: Look = {}): Promise<OpenPage> {
    // Nothing of the one before tells of itself any more. A tab of its own would cost a process, and half a second.
    await this.#page.goto('about:blank');
    const troubles: string[] = [];
    this.#pages += 1;
    this.#file = join(this.#folder, `${this.#pages}.html`);
    this.#troubles = troubles;
    writeFileSync(this.#file, html);
    await this.#page.setViewportSize({ width, height });
    await this.#page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    await this.#page.goto(`file://${this.#file}`);
    return { page: this.#page, troubles };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true });
  }
}
