/**
 * Every code a problem can have. A code keeps its meaning for good, so that scripts can rely on it; the list stands in
 * ARCHITECTURE.md, too.
 */
export const problemCodes = {
  // What is written: options, flags, variables, labels, files.
  'unknown-option': 'There is no option of this name.',
  'repeated-option': 'An option is given twice in one place.',
  'retired-option': 'The option is of an earlier version, or belongs to the dynamic configuration.',
  'deprecated-option': 'The option works, but will go.',
  'ignored-option': 'The option has no effect, because another source gives the configuration.',
  'wrong-value': 'The value is not one that the option can have.',
  'wrong-shape': 'A value stands where a section belongs, or the other way round.',
  'missing-value': 'A flag needs a value and has none.',
  'stray-argument': 'An argument is neither a command nor a flag.',
  'malformed-name': 'The name of a flag, variable or label cannot be read.',
  'malformed-document': 'A file is not YAML or TOML as it should be.',
  'indexed-list': 'A list of single values is written with indices, and so stays empty.',
  'unknown-variable': 'An environment variable names no option.',
  'contradicting-variables': 'Two environment variables give one option different values.',
  'unfilled-placeholder': 'A value holds a variable that nobody has filled in.',
  'not-yet': 'Traefik knows it, Fairlead does not yet; it has no effect.',
  'configuration-file-unusable': 'The static configuration file is missing or cannot be opened.',
  'no-known-section': 'The static configuration file holds nothing that is known.',
  'file-unreadable': 'The file provider cannot read a file or a folder.',
  'defined-twice': 'Two files define one element; the first stays.',

  // Entry points, certificates and TLS.
  'entry-point-wrong': 'An entry point cannot work as it is set up.',
  'certificate-unusable': 'A certificate or its key cannot be read or used.',
  'certificate-expired': 'A certificate has expired; it is still shown.',
  'certificate-expires-soon': 'A certificate expires within two weeks.',
  'certificate-not-yet-valid': 'A certificate is not valid yet.',
  'certificate-resolver-missing': 'A router asks for certificates by ACME; it gets the default one.',
  'tls-options-wrong': 'A set of TLS options holds a value that is not known or not usable.',
  'tls-default-repeated':
    'Several providers define the default of TLS options or certificates; none of them counts.',

  // Routers, services and middlewares.
  'router-disabled': 'A router is not served at all.',
  'router-incomplete': 'A router is served, but not everywhere or not as it was written.',
  'service-disabled': 'A service cannot be used; routers to it are not served.',
  'middleware-disabled': 'A middleware cannot be used; routers with it are not served.',
  'named-file-unusable': 'A file that an element names is of no use any more; what it held before counts.',
  'rule-wrong': 'A rule cannot be read.',
  'rule-suspicious': 'A rule can be read, but hardly means what was intended.',
  'rule-missing': 'A router has no rule.',
  'udp-router-shadowed': 'Another UDP router takes all datagrams of the entry point.',
  'password-unusable': 'Nobody can log in with this password hash.',
  'chain-empty': 'A chain names no middleware.',
  'server-down': 'A server does not pass its health check, and gets nothing.',

  // Docker.
  'engine-endpoint-wrong': 'The address of the engine cannot be read.',
  'engine-version-unsupported': 'The engine and Fairlead have no version of the API in common.',
  'engine-unreachable': 'Nothing answers at the address of the engine.',
  'engine-refused': 'The engine, or the proxy before it, answered with an error status.',
  'engine-answer-too-long': 'The answer of the engine does not come to an end.',
  'engine-socket-stale': 'The engine has made a new socket; the one mounted here is the old one.',
  'default-rule-wrong': 'The template for rules cannot be read; no container is looked at.',
  'default-rule-failed': 'The template for rules gives none for a router.',
  'constraints-wrong': 'The constraints cannot be read; no container counts.',
  'not-enabled': 'A container has labels for routes, but is not enabled.',
  'label-ignored': 'A label has no effect, probably a slip of the pen.',
  'label-of-version-1': 'A label of Traefik 1 has no effect.',
  'defined-differently': 'Two containers define one element with different options; the older one stays.',
  'port-missing': 'A container exposes no port, and no label names one.',
  'port-ambiguous': 'A container exposes several ports, and no label names one; the smallest is used.',
  'address-missing': 'A container has no address that could be reached.',
  'network-missing': 'A container is not in the network that is named.',
  'network-ambiguous': 'A container is in several networks, and none is named; the first by name is used.',
  'balancer-missing': 'A service has no load balancer.',
  'service-ambiguous': 'It is not said which of several services is meant.',
  'url-and-parts': 'A server has a URL, and a scheme or port beside it.',

  // Uplinks, on the child.
  'uplink-name-wrong': 'Parents cannot know an uplink by this name.',
  'uplink-name-taken': 'Two uplinks of a node have one name for parents; the second is not offered.',
  'uplink-entry-point-missing': 'A node offers uplinks, but has no uplink entry point.',
  'uplink-unprotected': 'An uplink entry point verifies no client certificates; it turns every parent away.',
  'uplink-unused': 'An uplink has options, but nothing is offered under it.',
  'router-unknown': 'A label offers a router to parents that the container does not declare.',
  'router-name-taken': 'A router has the name of the one that would be added for parents.',

  // Children, on the parent.
  'child-address-wrong': 'A child has no address that could be asked.',
  'child-credentials-unusable':
    'The certificate, key or authorities for connecting to a child cannot be used.',
  'child-unreachable': 'A child does not answer.',
  'child-certificate-refused': 'The certificate of a child cannot be trusted.',
  'child-refused-us': 'A child ends the connection, most often for want of a client certificate.',
  'child-status-wrong': 'A child answers with a status that is not 200.',
  'child-answer-wrong': 'What a child answers cannot be read, or is not complete.',
  'child-is-self': 'The address of a child leads back to this node.',
  'child-identity-shared': 'Two children say that they are one node.',
  'uplink-not-seen': 'A router waits for an uplink that no child has advertised yet.',
  'uplink-not-allowed': 'A child advertises an uplink that it may not.',
  'uplink-weight-capped': 'A child asks for more weight than it may have.',
  'uplink-name-collision': 'A service could stand for two different uplinks; the first one counts.',

  // Pairing, on both sides.
  'invitation-malformed': 'A line is not an invitation as a child prints it.',
  'invitation-expired': 'An invitation is not good any more.',
  'invitation-refused': 'A child lets nobody in by an invitation, or by the secret.',
  'fingerprint-wrong': 'Whoever answers does not have the key of the child: nothing is sent there.',
  'not-paired': 'A child that should be paired does not know this node as its parent, or pairing is off.',
  'name-taken': 'Another peer has the name already.',
  'peer-unknown': 'There is no peer of this name.',
  'peer-answer-wrong': 'What a peer says about pairing cannot be read or used.',
  'secret-too-short': 'The shared secret could be guessed.',
  'secret-unreadable': 'The file of the shared secret cannot be read.',
  'rejoin-refused': 'A peer that was revoked, or has another key than before, may not pair by the secret.',
  'too-many-parents': 'No further parent may pair by the secret.',
  'authority-expires-soon': 'The authority by which the children of this node know it ends within a year.',
  'clock-differs': 'The clocks of two nodes differ by more than a minute.',
} as const;

export type ProblemCode = keyof typeof problemCodes;
