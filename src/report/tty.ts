import type { WriteStream } from 'node:tty';
import { EventLines } from './event-lines.ts';
import { LiveArea } from './live-area.ts';
import { printed } from './paint.ts';
import { lineTools, plainReport } from './plain.ts';
import { Progress } from './progress.ts';
import type { Report, ReportOptions } from './report.ts';

/** For a person at a terminal: colours, and live lines at the bottom. Plain lines where there is no terminal. */
export async function ttyReport(out: WriteStream, options: ReportOptions): Promise<Report> {
  // One that nobody has told its width has none, and what draws the live line would never be done.
  if (!out.isTTY || out.columns === 0) return plainReport(out, options);
  const { color } = options;
  const format = new EventLines(options, await lineTools(options));
  const progress = new Progress();
  const live = new LiveArea(out, color, (room) => progress.lines(room));
  let held: string | undefined;
  return {
    event(event) {
      progress.event(event);
      if (event.type === 'run' && held === undefined) void live.start();
      const lines = format.lines(event);
      if (lines.length === 0) return;
      const text = lines.map((line) => `${printed(line, { color, columns: out.columns })}\n`).join('');
      if (held === undefined) out.write(text);
      else held += text;
    },
    pause() {
      held = '';
      live.stop();
      return () => {
        const text = held ?? '';
        held = undefined;
        void live.start();
        if (text !== '') out.write(text);
      };
    },
    close: () => live.stop(),
  };
}
