import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { OverlayHost } from './overlay-host.ts';

/** A web server in the network of an overlay, whose answers a test chooses by the path. */
export interface OddServer {
  readonly address: string;
  /** What was asked for: the path, the range and the headers that tests send. */
  readonly asked: string[];
  close(): Promise<void>;
}

// /whole: ranges as they should be. /cut: the first connection is lost after half of it. /from-start: so too, and ranges are
// not understood. /refused: ranges are refused. /away: a redirect. /secret: only with the header.
const script = `
const { createServer } = require('node:http');
const text = Buffer.from('all of it\\n'.repeat(20000));
const seen = new Set();
createServer((request, response) => {
  const { url, headers } = request;
  console.log([url, headers.range ?? '-', headers['x-token'] ?? '-'].join(' '));
  const [, kind] = url.split('/');
  if (kind === 'away') return response.writeHead(302, { location: '/whole/x' }).end();
  if (kind === 'secret' && headers['x-token'] !== 'a "b" \\\\c') return response.writeHead(403).end();
  if (kind === 'none') return response.writeHead(404).end();
  if (kind === 'refused' && headers.range) return response.writeHead(416).end();
  const from = kind === 'from-start' ? 0 : Number(/^bytes=(\\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
  if (from >= text.length) return response.writeHead(416).end();
  const part = text.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': part.length,
    ...(from > 0 ? { 'content-range': 'bytes ' + from + '-' + (text.length - 1) + '/' + text.length } : {}),
  });
  if (['cut', 'from-start', 'refused', 'slow'].includes(kind) && !seen.has(url)) {
    seen.add(url);
    response.write(part.subarray(0, part.length / 2));
    if (kind !== 'slow') setTimeout(() => response.destroy(), 100);
    return;
  }
  response.end(part);
}).listen(8080, '127.0.0.1', () => console.log('ready'));
process.stdin.on('end', () => process.exit()).resume();
`;

/** What it serves. */
export const served = 'all of it\n'.repeat(20_000);

export async function oddServer(host: OverlayHost): Promise<OddServer> {
  host.sh('ip link set lo up');
  const [command = '', ...words]: readonly string[] = [...host.under, process.execPath, '-e', script];
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const asked: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    createInterface(child.stdout).on('line', (line) => {
      if (line === 'ready') resolve();
      else asked.push(line);
    });
  });
  return {
    address: 'http://127.0.0.1:8080',
    asked,
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        // By itself: the end of a namespace takes a second or more where something in it has to be killed.
        child.stdin.end();
      }),
  };
}
