import { hostname, locale, timezone } from '../../../modules/index.ts';
import type { Plays } from '../every-module.ts';

export const plays: Plays = {
  identity: (as) => {
    hostname('web1.example.org', as({ hosts: true }));
    timezone('America/Argentina/Buenos_Aires', as({}));
    locale('ca_ES.UTF-8@valencia', as({ default: true }));
    locale('eo.UTF-8', as({ state: 'absent' }));
  },
};
