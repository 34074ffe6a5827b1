import { buildRouteMap } from '@stricli/core';
import { secretDecrypt } from './secret-decrypt.ts';
import { secretEdit } from './secret-edit.ts';
import { secretEncrypt } from './secret-encrypt.ts';
import { secretKeygen } from './secret-keygen.ts';
import { secretRekey } from './secret-rekey.ts';

/** `tsplay secret` */
export const secret = buildRouteMap({
  docs: {
    brief: 'Keep values and files encrypted with age, beside what uses them',
    fullDescription: [
      'Keeps values and files encrypted with age, beside what uses them. The file .age-recipients says who can read them.',
      '',
      'Example: tsplay secret encrypt --name db_password',
    ].join('\n'),
  },
  routes: {
    encrypt: secretEncrypt,
    decrypt: secretDecrypt,
    edit: secretEdit,
    rekey: secretRekey,
    keygen: secretKeygen,
  },
});
