"""Both ends of digest authentication."""

from firmware import digest

CHALLENGE = 'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, ' \
            'nonce="7ypf/xlj9XXwfDPEoM4URrv", opaque="FQhe \\"q\\""'

for algorithm in ("MD5", "SHA-256", "MD5-sess", "SHA-512"):
    challenge = digest.parse(CHALLENGE.format(algorithm))
    print(sorted(challenge.items()), digest.supported(challenge))
    value = digest.authorization("GET", "/a,b", 'Mu"f', "Circle of Life", challenge, "cn", 11)
    print(value)
    if value:
        fields = digest.parse(value)
        print(digest.check(fields, "GET", "Circle of Life"), digest.check(fields, "PUT", "Circle of Life"))

guard = digest.Guard("IP1203", b"secret", lifetime=60)
for offer in guard.challenges(5_000_000):
    print(offer)
    value = digest.authorization("GET", "/", "admin", "pw", digest.parse(offer), "c", 1)
    for password, now in (("pw", 5_000_000), ("pw", 99_000_000), ("no", 5_000_000)):
        print(guard.judge(value, "GET", "/", {"admin": password}.get, now))
for noise in ("", "Digest", "Digest =", 'Digest a="', "Digest a=b,,c", 'Digest realm="é", nonce=x', "Basic x"):
    print([(name, value.encode()) for name, value in sorted(digest.parse(noise).items())])
    print(guard.judge(noise, "GET", "/", {}.get, 0))
