import type { FlagParametersForType } from '@stricli/core';

/** What says whom to encrypt for. */
export interface RecipientFlags {
  readonly recipients?: string;
}

export const recipientFlags: FlagParametersForType<RecipientFlags> = {
  recipients: {
    kind: 'parsed',
    parse: String,
    optional: true,
    placeholder: 'FILE',
    brief: 'Whom to encrypt for; else .age-recipients beside the file or above it',
  },
};
