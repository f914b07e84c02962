# ruff: noqa: E501 - a browser's name is as long as it is
"""What browsers of people call themselves, written down from how each of them makes up its name."""

WINDOWS = ("Windows NT 10.0; Win64; x64", "Windows NT 6.1; Win64; x64")
MACS = ("Macintosh; Intel Mac OS X 10_15_7", "Macintosh; Intel Mac OS X 11_6_8")
LINUX = ("X11; Linux x86_64", "X11; CrOS x86_64 14541.0.0")
PHONES = (
    "Linux; Android 10; K", "Linux; Android 14; Pixel 8", "Linux; Android 13; SM-S911B", "Linux; Android 12; M2101K6G",
    "Linux; Android 11; CPH2269", "Linux; Android 15; XQ-EC54",
)  # fmt: skip
IPHONES = ("16_6_1", "17_5_1", "18_1", "26_0")
WEBKIT, GECKO = "AppleWebKit/537.36 (KHTML, like Gecko)", "Gecko/20100101"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


def _chromes() -> list[str]:
    desktop, versions = (*WINDOWS, *MACS, *LINUX), (109, 120, 126, 131, 140, 142)
    return [f"Mozilla/5.0 ({system}) {WEBKIT} Chrome/{v}.0.0.0 Safari/537.36" for system in desktop for v in versions]


def _chromes_of_phones() -> list[str]:
    return [
        f"Mozilla/5.0 ({phone}) {WEBKIT} Chrome/{v}.0.0.0 Mobile Safari/537.36"
        for phone in PHONES
        for v in (114, 124, 131, 138, 142)
    ]


def _firefoxes() -> list[str]:
    systems = (
        "Windows NT 10.0; Win64; x64",
        "Macintosh; Intel Mac OS X 10.15",
        "X11; Linux x86_64",
        "X11; Ubuntu; Linux x86_64",
    )
    desktop = [f"Mozilla/5.0 ({one}; rv:{v}.0) {GECKO} Firefox/{v}.0" for one in systems for v in (115, 128, 140, 144)]
    phones = [
        f"Mozilla/5.0 (Android {a}; Mobile; rv:{v}.0) Gecko/{v}.0 Firefox/{v}.0" for a in (12, 14) for v in (128, 144)
    ]
    apple = [f"Mozilla/5.0 (iPhone; CPU iPhone OS {one} like Mac OS X) {APPLE} FxiOS/141.0 Mobile/15E148 Safari/605.1.15"
             for one in IPHONES]  # fmt: skip
    return desktop + phones + apple


def _safaris() -> list[str]:
    macs = [f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Version/{v} Safari/605.1.15"
            for v in ("15.6.1", "16.6", "17.5", "18.1", "26.0")]  # fmt: skip
    handheld = [
        f"Mozilla/5.0 ({device}; CPU {name} {one} like Mac OS X) {APPLE} Version/{one.replace('_', '.')} Mobile/15E148 Safari/604.1"
        for device, name in (("iPhone", "iPhone OS"), ("iPad", "OS"))
        for one in IPHONES
    ]
    chromes = [f"Mozilla/5.0 (iPhone; CPU iPhone OS {one} like Mac OS X) {APPLE} CriOS/{v}.0.6723.90 Mobile/15E148 Safari/604.1"
               for one in IPHONES for v in (128, 130)]  # fmt: skip
    return macs + handheld + chromes


def _others() -> list[str]:
    """Edge, Opera, Vivaldi, Yandex, Brave's own name, and Samsung's browser."""
    tails = [f"Edg/{v}.0.0.0" for v in (120, 131, 140, 142)] + ["OPR/114.0.0.0", "OPR/123.0.0.0", "Vivaldi/7.1.3570.39",
             "YaBrowser/24.10.0.0 Yowser/2.5", "YaBrowser/25.8.0.0 Yowser/2.5", "Whale/4.30.291.11", "Brave/131"]  # fmt: skip
    desktop = [f"Mozilla/5.0 ({system}) {WEBKIT} Chrome/131.0.0.0 Safari/537.36 {tail}"
               for system in (WINDOWS[0], MACS[0]) for tail in tails]  # fmt: skip
    samsung = [f"Mozilla/5.0 ({phone}) {WEBKIT} SamsungBrowser/{v} Chrome/121.0.0.0 Mobile Safari/537.36"
               for phone in PHONES for v in ("23.0", "25.0", "28.0", "29.0")]  # fmt: skip
    phones = [f"Mozilla/5.0 ({phone}) {WEBKIT} Chrome/130.0.0.0 {tail}" for phone in PHONES for tail in (
        "Mobile Safari/537.36 EdgA/130.0.0.0", "Mobile Safari/537.36 OPR/86.0.0.0", "Mobile Safari/537.36 UCBrowser/13.4.0.1306",
        "YaBrowser/24.10.3.93.00 SA/3 Mobile Safari/537.36", "Mobile Safari/537.36 MiuiBrowser/18.5.0", "Mobile DuckDuckGo/5 Safari/537.36",
    )]  # fmt: skip
    return desktop + samsung + phones


def _inside_of_apps() -> list[str]:
    """Pages opened within Facebook, Instagram, TikTok, Telegram, VK, Pinterest, Line and Google's own app."""
    webview = f"Mozilla/5.0 (Linux; Android 14; SM-A546B Build/UP1A.231005.007; wv) {WEBKIT} Version/4.0 Chrome/130.0.6723.102 Mobile Safari/537.36"
    phone = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {APPLE} Mobile/22B83"
    return [
        webview,
        f"{webview} [FB_IAB/FB4A;FBAV/490.0.0.63.82;]",
        f"{webview} Instagram 356.0.0.41.101 Android (34/14; 450dpi; 1080x2340; samsung; SM-A546B; a54x; s5e8835; de_DE; 660150464)",
        f"{webview} musical_ly_2023700010 JsSdk/1.0 NetType/WIFI Channel/googleplay AppName/musical_ly ByteLocale/de ByteFullLocale/de",
        f"{webview} Line/14.18.1/IAB",
        f"{webview} GSA/15.44.35.28.arm64",
        f"{phone} [FBAN/FBIOS;FBAV/489.0.0.36.109;FBBV/655390938;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/18.1;FBSS/3;FBLC/de_DE;FBOP/5]",
        f"{phone} Instagram 357.0.2.22.91 (iPhone14,5; iOS 18_1; de_DE; de; scale=3.00; 1170x2532; 661480222)",
        f"{phone} GSA/342.0.691508947 Safari/604.1",
        phone,
    ]


BROWSERS = [*_chromes(), *_chromes_of_phones(), *_firefoxes(), *_safaris(), *_others(), *_inside_of_apps()]
