/**
 * The server names of pairing. No DNS knows them: they say to a child who is asking, so that it shows the certificate
 * that this one knows.
 */
const root = 'fairlead.internal';

/** Everybody of ours who may come by invitation, with a reason for everybody who may not. */
export const anyInvited = `*.invite.${root}`;
/** Parents that are not known here, for an exact refusal. */
export const anyPaired = `*.paired.${root}`;

/** Id of the invitation that both sides were given as a secret. */
export const sharedId = 'shared';

export const invitedName = (invitation: string): string => `${invitation}.invite.${root}`;

/** What a node is called in the names under which its parents know it: bound to its key. */
export const nodeLabel = (keyFingerprint: string): string => keyFingerprint.slice(0, 24);

export const pairedName = (authorityId: string, keyFingerprint: string): string =>
  `${authorityId}-${nodeLabel(keyFingerprint)}.paired.${root}`;
