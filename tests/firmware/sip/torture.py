"""The test messages of RFC 4475, by their names there, each with the answer that is right for it.

(name, octets, what): what is None for a message to accept, a status for a request to refuse,
"drop" for a response to ignore. VALID is 3.1.1, INVALID 3.1.2, APPLICATION 3.2 to 3.4.
"""


def wire(text, body=b""):
    """`text` with CRLF and LENGTH filled in."""
    return text.strip("\n").replace("LENGTH", str(len(body))).replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


SDP = (b"v=0\r\no=mhandley 29739 7272939 IN IP4 192.0.2.3\r\ns=-\r\nc=IN IP4 192.0.2.4\r\nt=0 0\r\n"
       b"m=audio 49217 RTP/AVP 0 12\r\nm=video 3227 RTP/AVP 31\r\na=rtpmap:31 LPC\r\n")

WSINV = wire("""
INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0
TO :
 sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n
from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: wsinv.ndaksdj@192.0.2.1
Content-Length   : LENGTH
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /UDP
    192.0.2.2;branch=390skdjuw
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Content-Type: application/sdp
Route:
 <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33
""", SDP)

INTMETH = wire("""
!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,\
weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0
Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~
To: "BEL:\\\a NUL:\\\0 DEL:\\\x7f" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com>
From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%="работающий";tag=_token~1'+`*%!-.
Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/"][?}{
CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~
Max-Forwards: 255
extensionHeader-!.%*+_`'~:\ufeff大停電
Content-Length: 0
""")

ESC01 = wire("""
INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0
To: sip:%75se%72@example.com
From: <sip:I%20have%20spaces@example.net>;tag=938
Max-Forwards: 87
i: esc01.239409asdfakjkn23onasd0-3234
CSeq: 234234 INVITE
Via: SIP/2.0/UDP host5.example.net;branch=z9hG4bKkdjuw
C: application/sdp
Contact:
  <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>
Content-Length: LENGTH
""", SDP)

ESCNULL = wire("""
REGISTER sip:example.com SIP/2.0
To: sip:null-%00-null@example.com
From: sip:null-%00-null@example.com;tag=839923423
Max-Forwards: 70
Call-ID: escnull.39203ndfvkjdasfkq3w4otrq0adsfdfnavd
CSeq: 14398234 REGISTER
Via: SIP/2.0/UDP host5.example.com;branch=z9hG4bKkdjuw
Contact: <sip:%00@host5.example.com>
Contact: <sip:%00%00@host5.example.com>
L:0
""")

ESC02 = wire("""
RE%47IST%45R sip:registrar.example.com SIP/2.0
To: "%Z%45" <sip:resource@example.com>
From: "%Z%45" <sip:resource@example.com>;tag=f232jadfj23
Call-ID: esc02.asdfnqwo34rq23i34jrjasdcnl23nrlknsdf
Via: SIP/2.0/TCP host.example.com;branch=z9hG4bK209%fzsnel234
CSeq: 29344 RE%47IST%45R
Max-Forwards: 70
Contact: <sip:alias1@host1.example.com>
C%6Fntact: <sip:alias2@host2.example.com>
Contact: <sip:alias3@host3.example.com>
l: 0
""")

LWSDISP = wire("""
OPTIONS sip:user@example.com SIP/2.0
To: sip:user@example.com
From: caller<sip:caller@example.com>;tag=323
Max-Forwards: 70
Call-ID: lwsdisp.1234abcd@funky.example.com
CSeq: 60 OPTIONS
Via: SIP/2.0/UDP funky.example.com;branch=z9hG4bKkdjuw
l: 0
""")

LONG = "long" * 40
LONGREQ = wire(f"""
INVITE sip:user@example.com SIP/2.0
To: "I have a user name of {'extreme' * 40} proportion"<sip:user@example.com:6000;\
unknownparam1=very{LONG}value;longparam{LONG}=shortvalue;very{LONG}ParameterNameWithNoValue>
F: sip:amazinglylongcallername{'x' * 200}@example.net;tag=12982{'982424' * 30};\
unknownheaderparamname{LONG}=unknowheaderparamvalue{LONG};unknownValueless{LONG}
Call-ID: longreq.one{LONG}callid
CSeq: 3882340 INVITE
Unknown-{LONG}-Name: unknown-{LONG}-value; unknown-{LONG}-parameter-name = unknown-{LONG}-parameter-value
Via: SIP/2.0/TCP sip33.example.com
v: SIP/2.0/TCP sip32.example.com
V: SIP/2.0/TCP sip31.example.com
{chr(10).join(f'Via: SIP/2.0/TCP sip{n}.example.com' for n in range(30, 2, -1))}
v: SIP/2.0/TCP sip02.example.com
Via: SIP/2.0/TCP sip01.example.com;branch=very{LONG}branchvalue
Max-Forwards: 70
Contact: <sip:amazinglylongcallername{'x' * 200}@host5.example.net>
Content-Type: application/sdp
l: {len(SDP)}
""", SDP)

DBLREQ = wire("""
REGISTER sip:example.com SIP/2.0
To: sip:j.user@example.com
From: sip:j.user@example.com;tag=43251j3j324
Max-Forwards: 8
I: dblreq.0ha0isndaksdj99sdfafnl3lk233412
Contact: sip:j.user@host.example.com
CSeq: 8 REGISTER
Via: SIP/2.0/UDP 192.0.2.125;branch=z9hG4bKkdjuw23492
Content-Length: 0
""") + b"\r\nINVITE sip:joe@example.com SIP/2.0\r\nt: sip:joe@example.com\r\n\r\n"

SEMIURI = wire("""
OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0
To: sip:j_user@example.com
From: sip:caller@example.org;tag=33242
Max-Forwards: 3
Call-ID: semiuri.0ha0isndaksdj
CSeq: 8 OPTIONS
Accept: application/sdp, application/pkcs7-mime,
        multipart/mixed, multipart/signed,
        message/sip, message/sipfrag
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKkdjuw
l: 0
""")

TRANSPORTS = wire("""
OPTIONS sip:user@example.com SIP/2.0
To: sip:user@example.com
From: <sip:caller@example.com>;tag=323
Max-Forwards: 70
Call-ID:  transports.kijh4akdnaqjkwendsasfdj
Accept: application/sdp
CSeq: 60 OPTIONS
Via: SIP/2.0/UDP t1.example.com;branch=z9hG4bKkdjuw
Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf
Via: SIP/2.0/TLS t3.example.com;branch=z9hG4bK2980unddj
Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en
Via: SIP/2.0/TCP t5.example.com;branch=z9hG4bK0a9idfnee
l: 0
""")

PARTS = (b"--7a9cbec02ceef655\r\nContent-Type: text/plain\r\n\r\nHello\r\n--7a9cbec02ceef655\r\n"
         b"Content-Type: application/octet-stream\r\n\r\n\x30\x82\x01\x52\x06\x00\xff\xfe\r\n\r\n--7a9cbec02ceef655--")
MPART01 = wire(f"""
MESSAGE sip:kumiko@example.org SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-d87543-4dade06d0bdb11ee-1--d87543-;rport
Max-Forwards: 70
Route: <sip:127.0.0.1:5080>
Identity: r5mwreLuyDRYBi/0TiPwEsY3rEVsk/G2WxhgTV1PF7hHuLIK0\
YWVKZhKv9Mj8UeXqkMVbnVq37CD+813gvYjcBUaZngQmXc9WNZSDNGCzA+fWl9MEUHWIZo1CeJebdY/XlgKeTa0Olvq0rt70Q5jiSfbqMJmQFteeivUhkMWYUA=
Contact: <sip:fluffy@127.0.0.1:5070>
To: <sip:kumiko@example.org>
From: <sip:fluffy@example.com>;tag=2fb0dcc9
Call-ID: 3d9485ad0c49859b@Zmx1ZmZ5LW1hYy0xNi5sb2NhbA..
CSeq: 1 MESSAGE
Content-Transfer-Encoding: binary
Content-Type: multipart/mixed;boundary=7a9cbec02ceef655
Date: Sat, 15 Oct 2005 04:44:56 GMT
User-Agent: SIPimp.org/0.2.5 (curses)
Content-Length: {len(PARTS)}
""", PARTS)

UNREASON = wire("""
SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое
Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923
Call-ID: unreason.1234ksdfak3j2erwedfsASdf
CSeq: 35 INVITE
From: sip:user@example.com;tag=11141343
To: sip:user@example.edu;tag=2229
Content-Length: LENGTH
Content-Type: application/sdp
Contact: <sip:user@host198.example.com>
""", SDP)

NOREASON = wire("""
SIP/2.0 100\x20
Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe
Call-ID: noreason.asndj203insdf99223ndf
CSeq: 35 INVITE
From: <sip:user@example.com>;tag=39ansfi3
To: <sip:user@example.edu>;tag=902jndnke3
Content-Length: 0
Contact: <sip:user@host105.example.com>
""")

VALID = (("wsinv", WSINV), ("intmeth", INTMETH), ("esc01", ESC01), ("escnull", ESCNULL), ("esc02", ESC02),
         ("lwsdisp", LWSDISP), ("longreq", LONGREQ), ("dblreq", DBLREQ), ("semiuri", SEMIURI),
         ("transports", TRANSPORTS), ("mpart01", MPART01), ("unreason", UNREASON), ("noreason", NOREASON))


def options(start="OPTIONS sip:user@example.com SIP/2.0", to="sip:user@example.com",
            source="<sip:caller@example.org>;tag=33242", more="", via="SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKkdjuw",
            method=None, body=b"", length=None):
    """A request like most of the RFC's, with one thing in it changed."""
    return wire(f"""
{start}
Via: {via}
To: {to}
From: {source}
Max-Forwards: 70
Call-ID: torture.{abs(hash(start)) % 1000}
CSeq: 8 {method or start.split(' ')[0]}
{more}Content-Length: {len(body) if length is None else length}
""", body)


INVITE = "INVITE sip:user@example.com SIP/2.0"
CONTACT = "Contact: <sip:caller@192.0.2.1>\n"
CONTENT = CONTACT + "Content-Type: application/sdp\n"

BADINV01 = wire("""
INVITE sip:user@example.com SIP/2.0
To: sip:j.user@example.com
From: sip:caller@example.net;tag=134161461246
Max-Forwards: 7
Call-ID: badinv01.0ha0isndaksdjasdf3234nas
CSeq: 8 INVITE
Via: SIP/2.0/UDP 192.0.2.15;;,;,,
Contact: "Joe" <sip:joe@example.org>;;;;
Content-Length: LENGTH
Content-Type: application/sdp
""", SDP)

SCALAR02 = wire("""
REGISTER sip:example.com SIP/2.0
Via: SIP/2.0/TCP host129.example.com;branch=z9hG4bK342sdfoi3
To: <sip:user@example.com>
From: <sip:user@example.com>;tag=239232jh3
CSeq: 36893488147419103232 REGISTER
Call-ID: scalar02.23o0pd9vanlq3wnrlnewofjas9ui32
Max-Forwards: 300
Expires: 10000000000000000000000000000000000000000
Contact: <sip:user@host129.example.com>
  ;expires=280297596632815
Content-Length: 0
""")

SCALARLG = wire("""
SIP/2.0 503 Service Unavailable
Via: SIP/2.0/TCP host129.example.com;branch=z9hG4bKzzxdiwo34sw;received=192.0.2.129
To: <sip:user@example.com>
From: <sip:other@example.net>;tag=2easdjfejw
CSeq: 9292394834772304023312 OPTIONS
Call-ID: scalarlg.noase0of0234hn2qofoaf0232aewf2394r
Retry-After: 949302838503028349304023988
Warning: 1812 overture "In Progress"
Content-Length: 0
""")

BIGCODE = wire("""
SIP/2.0 4294967301 better not break the receiver
Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe
Call-ID: bigcode.asdof3uj203asdnf3429uasdhfas3ehjasdfas9i
CSeq: 353494 INVITE
From: <sip:user@example.com>;tag=39ansfi3
To: <sip:user@example.edu>;tag=902jndnke3
Content-Length: 0
Contact: <sip:user@host105.example.com>
""")

INVALID = (
    ("badinv01", BADINV01, 400),
    ("clerr", options(INVITE, more=CONTENT, body=SDP, length=9999), 400),
    ("ncl", options(INVITE, more=CONTENT, body=SDP, length=-999), 400),
    ("scalar02", SCALAR02, 400),
    ("scalarlg", SCALARLG, "drop"),
    ("quotbal", options(INVITE, to='"Mr. J. User <sip:j.user@example.com>', more=CONTENT, body=SDP), 400),
    ("ltgtruri", options("INVITE <sip:user@example.com> SIP/2.0", more=CONTENT, body=SDP), 400),
    ("lwsruri", options("INVITE sip:user@example.com; lr SIP/2.0", more=CONTENT, body=SDP), 400),
    ("lwsstart", options("INVITE  sip:user@example.com  SIP/2.0", more=CONTENT, body=SDP), 400),
    ("trws", options("OPTIONS sip:remote-target@example.com SIP/2.0  "), 400),
    ("escruri", options("INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0", more=CONTENT, body=SDP),
     400),
    ("baddate", options(INVITE, more="Date: Fri, 01 Jan 2010 16:00:00 EST\n" + CONTENT, body=SDP), 400),
    ("regbadct", options("REGISTER sip:example.com SIP/2.0",
                         more="Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E\n"), 400),
    ("badaspec", options(to='"Watson, Thomas" < sip:t.watson@example.org >'), 400),
    ("baddn", options(source="Bell, Alexander <sip:a.g.bell@example.com>;tag=43"), 400),
    ("badvers", options("OPTIONS sip:t.watson@example.org SIP/7.0"), 505),
    ("mismatch01", options(method="INVITE"), 400),
    ("mismatch02", options("NEWMETHOD sip:user@example.com SIP/2.0", method="INVITE"), 400),
    ("bigcode", BIGCODE, "drop"),
)

INSUF = wire("""
INVITE sip:user@example.com SIP/2.0
CSeq: 193942 INVITE
Via: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf
Content-Type: application/sdp
l: LENGTH
""", SDP)

MULTI01 = wire("""
INVITE sip:user@company.com SIP/2.0
Contact: <sip:caller@host25.example.net>
Via: SIP/2.0/UDP 192.0.2.25;branch=z9hG4bKkdjuw
Max-Forwards: 70
CSeq: 5 INVITE
Call-ID: multi01.98asdh@192.0.2.1
CSeq: 59 INVITE
Call-ID: multi01.98asdh@192.0.2.2
From: sip:caller@example.com;tag=3413415
To: sip:user@example.com
To: sip:other@example.net
From: sip:caller@example.net;tag=2923420123
Content-Type: application/sdp
l: LENGTH
Contact: <sip:caller@host36.example.net>
Max-Forwards: 5
""", SDP)

MCL01 = wire("""
OPTIONS sip:user@example.com SIP/2.0
Via: SIP/2.0/UDP host5.example.net;branch=z9hG4bK293423
To: sip:user@example.com
From: sip:other@example.net;tag=3923942
Call-ID: mcl01.fhn2323orihawfdoa3o4r52o3irsdf
CSeq: 15932 OPTIONS
Content-Length: 13
Max-Forwards: 60
Content-Length: 5
Content-Type: text/plain
""", b"There's no way to know how many octets are supposed to be here.\r\n")

BCAST = wire("""
SIP/2.0 200 OK
Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923
Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23
Call-ID: bcast.0384840201234ksdfak3j2erwedfsASdf
CSeq: 35 INVITE
From: sip:user@example.com;tag=11141343
To: sip:user@example.edu;tag=2229
Content-Length: LENGTH
Content-Type: application/sdp
Contact: <sip:user@host28.example.com>
""", SDP)

INV2543 = wire("""
INVITE sip:UserB@example.com SIP/2.0
Via: SIP/2.0/UDP iftgw.example.com
From: <sip:+13035551111@ift.client.example.net;user=phone>
Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>
To: sip:+16505552222@ss1.example.net;user=phone
Call-ID: inv2543.1717@ift.client.example.com
CSeq: 56 INVITE
Contact: <sip:+13035551111@ift.client.example.net:5060>
Content-Type: application/sdp
""", SDP)

REGISTER = "REGISTER sip:example.com SIP/2.0"
APPLICATION = (
    ("badbranch", options(via="SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK"), 200),
    ("insuf", INSUF, 400),
    ("unkscm", options("OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0"), 416),
    ("novelsc", options("OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0"), 416),
    ("unksm2", options(REGISTER, to="isbn:2983792873", source="<http://www.example.com>;tag=3234233",
                       more="Contact: <name:John_Smith>\n"), 405),
    ("bext01", options(more="Require: nothingSupportsThis, nothingSupportsThisEither\n"
                            "Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis\n"), 420),
    ("invut", options(INVITE, more=CONTACT + "Content-Type: application/unknownformat\n", body=b"<audio>\r\n"), 415),
    ("regaut01", options(REGISTER, more="Authorization: NoOneKnowsThisScheme opaque-data=here\n"), 405),
    ("multi01", MULTI01, 400),
    ("mcl01", MCL01, 400),
    ("bcast", BCAST, "drop"),
    ("zeromf", options().replace(b"Max-Forwards: 70", b"Max-Forwards: 0"), 200),
    ("cparam01", options(REGISTER, more="Contact: sip:+19725552222@gw1.example.net;unknownparam\n"), 405),
    ("cparam02", options(REGISTER, more="Contact: <sip:+19725552222@gw1.example.net;unknownparam>\n"), 405),
    ("regescrt", options(REGISTER, more="Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>\n"), 405),
    ("sdp01", options(INVITE, more="Accept: text/nobodyKnowsThis\n" + CONTENT, body=SDP), 406),
    ("inv2543", INV2543, 100),
)
