import type { WriteStream } from 'node:tty';
import type { Ora } from 'ora';
import { fit } from './display-width.ts';

/** Columns that the moving sign and the space after it take. */
const signWidth = 2;

/** One line at the bottom of a terminal that shows what goes on now. What else is written goes above it. */
export class LiveLine {
  readonly #out: WriteStream;
  readonly #color: boolean;
  #spinner: Ora | undefined;
  #wanted = false;
  #text = '';

  constructor(out: WriteStream, color: boolean) {
    this.#out = out;
    this.#color = color;
  }

  /** Shows the line as soon as what draws it is loaded; nothing waits for that. */
  async start(): Promise<void> {
    this.#wanted = true;
    const { default: ora } = await import('ora');
    if (!this.#wanted) return;
    this.#spinner = ora({
      stream: this.#out,
      color: this.#color ? 'cyan' : false,
      // It would set the terminal to raw mode; Ctrl-C has to stay a signal.
      discardStdin: false,
      isEnabled: true,
    });
    this.#out.on('resize', this.#draw);
    this.#draw();
    this.#spinner.start();
  }

  set text(text: string) {
    this.#text = text;
    this.#draw();
  }

  /** Takes the line away and gives the cursor back. */
  stop(): void {
    this.#wanted = false;
    this.#out.off('resize', this.#draw);
    this.#spinner?.stop();
    this.#spinner = undefined;
  }

  readonly #draw = (): void => {
    // A line that filled the last column would wrap on some terminals.
    const room = this.#out.columns - signWidth - 1;
    if (this.#spinner !== undefined) this.#spinner.text = fit(this.#text, room);
  };
}
