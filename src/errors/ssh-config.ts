import { didYouMean } from './near.ts';
import { defineErrors } from './tsplay-error.ts';

/** Errors of ssh_config. All are found before any connection. */
export const sshConfigError = defineErrors({
  'ssh-config-line': {
    exit: 64,
    message: (a: { problem: string }) => `ssh_config: ${a.problem}`,
  },
  'ssh-config-keyword': {
    exit: 64,
    message: (a: { keyword: string; near: readonly string[] }) =>
      `ssh_config: ${a.keyword} is not a keyword of OpenSSH${didYouMean(a.near)}`,
    hint: (a) => `If a newer OpenSSH knows it, put 'IgnoreUnknown ${a.keyword}' before it.`,
  },
  'ssh-config-value': {
    exit: 64,
    message: (a: { keyword: string; want: string; got: string }) =>
      `ssh_config: ${a.keyword} must be ${a.want}, not ${a.got === '' ? 'nothing' : `'${a.got}'`}`,
  },
  'ssh-config-unreadable': {
    exit: 64,
    message: (a: { file: string; problem: string }) => `ssh_config: ${a.file} cannot be read: ${a.problem}`,
  },
  'ssh-config-unsafe': {
    exit: 64,
    message: (a: { file: string; problem: string }) => `ssh_config: ${a.file} ${a.problem}`,
    hint: (a) =>
      `Others could send you to another host, so ssh does not take it either: chmod go-w ${a.file}`,
  },
  'ssh-config-exec': {
    exit: 64,
    message: (a: { command: string; problem: string }) =>
      `ssh_config: the command of Match exec, ${a.command}: ${a.problem}`,
  },
  'ssh-config-loop': {
    exit: 64,
    message: (a: { host: string; through: readonly string[] }) =>
      `${a.host}: ProxyJump leads in a circle: ${a.through.join(', ')}`,
    hint: () => "Give the jump host a block of its own with 'ProxyJump none', before the one for all hosts.",
  },
  'ssh-config-token': {
    exit: 64,
    message: (a: { keyword: string; token: string }) => `ssh_config: ${a.token} cannot stand in ${a.keyword}`,
    hint: () => 'A percent sign itself is written as %%.',
  },
  'ssh-config-variable': {
    exit: 64,
    message: (a: { keyword: string; name: string }) =>
      `ssh_config: ${a.keyword} names the environment variable ${a.name}, which is not set`,
  },
});
