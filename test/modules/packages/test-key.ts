import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key of gpg that signs things of a test, and what gpg says of it. */
export class TestKey {
  readonly #home = mkdtempSync(join(tmpdir(), 'tsplay-gpg-'));
  readonly fingerprint: string;
  /** Public and in ASCII armor. */
  readonly armored: string;
  readonly secret: string;

  constructor(algorithm = 'ed25519') {
    this.gpg('--quick-gen-key', '--passphrase', '', 'Test <test@example.org>', algorithm, 'sign', 'never');
    const listed = this.gpg('--with-colons', '--list-keys');
    this.fingerprint = /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? '';
    this.armored = this.gpg('--armor', '--export');
    this.secret = this.gpg('--armor', '--export-secret-keys', '--passphrase', '');
  }

  gpg(...words: readonly string[]): string {
    return execFileSync(
      'gpg',
      ['--batch', '-q', '--pinentry-mode', 'loopback', '--homedir', this.#home, ...words],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
  }

  remove(): void {
    execFileSync('gpgconf', ['--homedir', this.#home, '--kill', 'all']);
    rmSync(this.#home, { recursive: true });
  }
}
