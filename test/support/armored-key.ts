/** A key of OpenPGP. It was made for this; its secret half was thrown away. */
export const armoredKey = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawmp7xYJKwYBBAHaRw8BAQdATI7PqWadxCzxiw2+Re3WZxb9QZx9LlFnKP5F
kaGw6Sy0G05vYm9keSA8bm9ib2R5QGV4YW1wbGUub3JnPoiQBBMWCAA4FiEEpxv8
MJRQeaWQHv7M5njfO2H/yG4FAmsJqe8CGwMFCwkIBwIGFQoJCAsCBBYCAwECHgEC
F4AACgkQ5njfO2H/yG6H1wEAmlgNZMDjU4TvV6q3k3pjQaplUYWYjE0aKMqRYe98
kdoA/i5LIIVLSOfmYLZ8OOyd8oh7XfEVZXcSQgP/Dfgd4IUA
=DXv6
-----END PGP PUBLIC KEY BLOCK-----
`;

/** Its fingerprint. */
export const armoredFingerprint = 'A71BFC30945079A5901EFECCE678DF3B61FFC86E';
