import { afterAll } from 'vitest';
import { shellNames } from '../../support/shells.ts';
import { managerCases, type RealManager } from './manager-cases.ts';
import { PacmanPackages } from './pacman-packages.ts';

const packages = new PacmanPackages();
afterAll(() => packages.remove());

const pacman: RealManager = {
  ground: (which) => packages.ground(which),
  use: (which) => packages.use(which),
  view: 'pacman -Q',
  traces:
    /[ /]var\/(?:tmp|log|cache|lib\/pacman)(?:\/| |$)| (?:\.\/)?etc\/ld\.so\.cache$|^d \d+ \S+ (?:var|etc|usr)\/\S*$/,
  install: 'pacman -S --noconfirm',
  remove: 'pacman -R --noconfirm',
  index: '/var/lib/pacman/sync',
  repositories: '/etc/pacman.conf',
  holds: false,
  // What a script of a package ends with counts for nothing there.
  breaks: 'mkdir /usr/share/tiny-broken; touch /usr/share/tiny-broken/version',
  mends: 'rm -r /usr/share/tiny-broken',
  unknown: 'target not found: nosuch',
  needed: "breaks dependency 'tiny-lib' required by tiny-app",
};

managerCases(pacman, shellNames);
