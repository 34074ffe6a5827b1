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

/** A real browser, for pages that are files. */
export class TestBrowser {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tsplay-browser-'));
  readonly #browser: Browser;
  #pages = 0;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Debian's Chromium. As root it runs only without its sandbox; nothing but our own files is opened. */
  static async start(): Promise<TestBrowser> {
    return new TestBrowser(
      await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] }),
    );
  }

  async open(html: string, { width = 1280, height = 900, dark = false }: Look = {}): Promise<OpenPage> {
    this.#pages += 1;
    const file = join(this.#folder, `${this.#pages}.html`);
    writeFileSync(file, html);
    const context = await this.#browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
    });
    // What is not there at once is not going to come.
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => troubles.push(message.text()));
    page.on('request', (request) => {
      if (request.url() !== `file://${file}`) troubles.push(request.url());
    });
    await page.goto(`file://${file}`);
    return { page, troubles };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true });
  }
}
