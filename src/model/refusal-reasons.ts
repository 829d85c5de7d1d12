/** Why a client was turned away before it could ask for anything; each is logged and counted under its own name. */
export const refusalReasons = {
  'no-certificate': 'It shows no certificate where it must, or does not even speak TLS.',
  'wrong-authority': 'Its certificate is signed by nobody whom this node trusts.',
  'wrong-name':
    'It means another node: the address it has leads here by mistake, or this node has lost its data directory.',
  'certificate-expired': 'Its certificate has expired, by the clock of this machine.',
  'certificate-not-yet-valid':
    'Its certificate is not valid yet; the line in the log says how far the clocks are apart.',
  'certificate-refused': 'Its certificate is not made for clients, or cannot be read.',
  revoked: 'It is a parent that was revoked.',
  'secret-wrong':
    'It does not know the secret of the invitation; it has to wait for a second before it is let go.',
  'invitation-unknown': 'There is no such invitation here.',
  'invitation-used': 'The invitation has been used already.',
  'invitation-withdrawn': 'The invitation was withdrawn.',
  'invitation-expired': 'The invitation has expired.',
  'too-many-strangers': 'It did not say who it is on an uplink port, while many others came.',
  'handshake-failed':
    'TLS did not come about: no version, cipher or protocol in common, or it refuses our certificate.',
  left: 'It went away in the handshake, or as soon as it had seen our certificate.',
  'unrecognized-name':
    'There is no certificate for the name it asks for, and the TLS options are strict about it.',
  refused: 'The TLS options that the name it asks for should have do not exist.',
  'malformed-proxy-header': 'Its PROXY protocol header cannot be read.',
  'address-not-allowed': 'The router of its TCP connection lets in other addresses alone.',
  'too-many-connections': 'It has as many connections as a TCP router lets one client have.',
  'no-available-server': 'The service of a TCP or UDP router has no server that can be reached.',
  'server-unreachable': 'The server of a UDP session cannot be reached.',
  'too-many-sessions': 'There are as many UDP sessions as there may be.',
} as const;

export type RefusalReason = keyof typeof refusalReasons;
