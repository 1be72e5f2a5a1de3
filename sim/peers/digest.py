"""Digest access authentication as the peers know it, on the headers of `sipmessage`."""

import hashlib

from sipmessage import AuthChallenge, AuthCredentials, AuthParameters, Request, Response


def digest(method: str, uri: str, user: str, password: str, challenge: AuthParameters, cnonce: str,
           count: int = 1) -> dict[str, str]:
    """The parameters that answer a challenge: RFC 7616 3.4 and RFC 2617 3.2.2; qop auth or none."""
    algorithm = challenge.get("algorithm", "MD5")
    function = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[algorithm.upper()]

    def h(*parts):
        return function(":".join(parts).encode()).hexdigest()

    first, second, nonce = h(user, challenge["realm"], password), h(method, uri), challenge["nonce"]
    answer = {"username": user, "realm": challenge["realm"], "nonce": nonce, "uri": uri, "algorithm": algorithm}
    if "auth" in [one.strip() for one in challenge.get("qop", "").split(",")]:
        number = f"{count:08x}"
        answer.update(qop="auth", nc=number, cnonce=cnonce, response=h(first, nonce, number, cnonce, "auth", second))
    else:
        answer["response"] = h(first, nonce, second)
    if "opaque" in challenge:
        answer["opaque"] = challenge["opaque"]
    return answer


def authorise(request: Request, response: Response, user: str, password: str, cnonce: str) -> bool:
    """Put the answer to a 401 or 407 into a request; False where its challenge cannot be answered."""
    proxy = response.code == 407
    try:
        challenge = response.proxy_authenticate if proxy else response.www_authenticate
        if challenge is None:
            return False
        answer = digest(request.method, str(request.uri), user, password, challenge.parameters, cnonce)
    except (ValueError, KeyError):
        return False
    credentials = AuthCredentials("Digest", AuthParameters(**answer))
    if proxy:
        request.proxy_authorization = credentials
    else:
        request.authorization = credentials
    return True


def verify(request: Request, credentials: AuthParameters, password: str) -> bool:
    """Whether the credentials of a request, to a challenge with these parameters, show the password."""
    try:
        expected = digest(request.method, credentials["uri"], credentials["username"], password, credentials,
                          credentials.get("cnonce", ""), int(credentials.get("nc", "1"), 16))
        return expected["response"] == credentials["response"]
    except (ValueError, KeyError):
        return False


def challenge(realm: str, nonce: str) -> AuthChallenge:
    return AuthChallenge("Digest", AuthParameters(realm=realm, nonce=nonce, algorithm="MD5", qop="auth"))
