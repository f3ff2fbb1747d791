"""Words of somebody who wants a page to run what they write.

Each would set `window.ran`, or leave an element with `data-canary` behind, if a place took it for markup, an
attribute, an address, a script or a template.
"""

from typing import Final

RUN: Final = "window.ran=1"
HOSTILE: Final = (
    f"<script>{RUN}</script>",
    f'<img src=x data-canary onerror="{RUN}">',
    f'"><svg data-canary onload={RUN}>',
    f"' data-canary autofocus onfocus='{RUN}' x='",
    f'</textarea></title></script><b data-canary onclick="{RUN}">',
    f'[a link](javascript:{RUN}) <a href="javascript:{RUN}" data-canary>x</a>',
    f'![x](x"onerror="{RUN}) [y](data:text/html,<script>{RUN}</script>)',
    f'<iframe data-canary srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f"<form data-canary action=javascript:{RUN}><button>go</button></form>",
    f'<div data-canary hx-on:load="{RUN}" hx-get=/ hx-trigger=load>x</div>',
    f"<support-chat data-canary></support-chat><template data-canary><script>{RUN}</script></template>",
    f"{{{{7*7}}}} {{% load x %}} ${{{RUN}}} `{RUN}`",
    "]]><!--<b data-canary>--!><style data-canary>@import 'x'</style>",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e &lt;img data-canary src=x onerror={RUN}&gt;",
    f"=cmd|'/C calc'!A0 +1 -1 @SUM(1) <math data-canary><mi xlink:href=javascript:{RUN}>",
)  # fmt: skip
# All of it where one line is allowed so much, and cut where less is.
LINE: Final = " ".join(HOSTILE)
