"""Settings of the demo shop: everything has a default that works, six environment variables change it."""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from oscar.defaults import *  # noqa: F403

from shop_demo.places import subfolder

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- what the environment may say -----------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="only-for-the-demo-shop-on-your-own-machine-set-SECRET_KEY-elsewhere")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
DATABASES = {
    "default": env.db_url("DATABASE_URL", default="")
    if env.str("DATABASE_URL", default="")
    else {"ENGINE": "shop_demo.postgres", "NAME": "shop", "CONN_MAX_AGE": 60}
}
# Another database of the same server, whichever server that is.
DATABASES["default"]["NAME"] = env.str("SHOP_DATABASE", default=DATABASES["default"]["NAME"])
DATABASES["default"]["ATOMIC_REQUESTS"] = True
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://")

# --- Django -----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "personalization",
    "shop_demo.apps.ShopDemoConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.flatpages",
    "oscar.config.Shop",
    "oscar.apps.analytics.apps.AnalyticsConfig",
    "oscar.apps.checkout.apps.CheckoutConfig",
    "oscar.apps.address.apps.AddressConfig",
    "oscar.apps.shipping.apps.ShippingConfig",
    "oscar.apps.catalogue.apps.CatalogueConfig",
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    "oscar.apps.communication.apps.CommunicationConfig",
    "oscar.apps.partner.apps.PartnerConfig",
    "oscar.apps.basket.apps.BasketConfig",
    "oscar.apps.payment.apps.PaymentConfig",
    "oscar.apps.offer.apps.OfferConfig",
    "oscar.apps.order.apps.OrderConfig",
    "oscar.apps.customer.apps.CustomerConfig",
    "oscar.apps.search.apps.SearchConfig",
    "oscar.apps.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig",
    "oscar.apps.dashboard.apps.DashboardConfig",
    "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
    "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
    "oscar.apps.dashboard.orders.apps.OrdersDashboardConfig",
    "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig",
    "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
    "oscar.apps.dashboard.partners.apps.PartnersDashboardConfig",
    "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
    "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
    "oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig",
    "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
    "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
    "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
    "widget_tweaks",
    "haystack",
    "treebeard",
    "django_tables2",
    "rest_framework",
    "django_celery_beat",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "personalization.events.middleware.PersonalizationMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]
ROOT_URLCONF = "shop_demo.urls"
WSGI_APPLICATION = "shop_demo.wsgi.application"
# Nothing from elsewhere and nothing inline; only Oscar's dashboard, which is made of inline scripts, is left out.
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/dashboard/"],
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.template.context_processors.static",
                "django.template.context_processors.media",
                "django.contrib.messages.context_processors.messages",
                "oscar.apps.search.context_processors.search_form",
                "oscar.apps.checkout.context_processors.checkout",
                "oscar.apps.communication.notifications.context_processors.notifications",
                "oscar.core.context_processors.metadata",
                "shop_demo.context_processors.demo",
            ],
        },
    }
]
AUTHENTICATION_BACKENDS = [
    "oscar.apps.customer.auth_backends.EmailBackend",
    "django.contrib.auth.backends.ModelBackend",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian")), ("uk", _("Ukrainian"))]
LOCALE_PATHS = [BASE_DIR / "shop_demo" / "locale"]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = subfolder("static")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_URL = "/media/"
MEDIA_ROOT = subfolder("media")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A folder has no host name, and kombu warns about that each time.
    "loggers": {"kombu.connection": {"level": "ERROR"}},
}

# --- Oscar ------------------------------------------------------------------------------------------------------------
OSCAR_SHOP_NAME = "Journey Market"
OSCAR_SHOP_TAGLINE = ""
OSCAR_DEFAULT_CURRENCY = "USD"
OSCAR_CURRENCY_FORMAT = {"USD": {"format": "$#,##0.00"}}
OSCAR_HOMEPAGE = "/"
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_DYNAMIC_CLASS_LOADER = "shop_demo.storefront.stores.load_classes"
OSCAR_EAGER_ALERTS = False
OSCAR_IMAGE_FOLDER = "products"
OSCAR_MISSING_IMAGE_URL = "image_not_found.svg"
OSCAR_THUMBNAILER = "shop_demo.pictures.thumbnails.WholePicture"
# Oscar names a cookie here that it does not set; the one it sets would show the last shopper's goods after logout.
OSCAR_COOKIES_DELETE_ON_LOGOUT = ["oscar_recently_viewed_products", "oscar_history"]
OSCAR_INITIAL_ORDER_STATUS = "Pending"
OSCAR_INITIAL_LINE_STATUS = "Pending"
# Stored as they stand here; the customer's pages say them in the reader's language.
OSCAR_ORDER_STATUS_PIPELINE = {
    gettext_noop("Pending"): ("Being processed", "Cancelled"),
    gettext_noop("Being processed"): ("Complete", "Cancelled"),
    gettext_noop("Complete"): (),
    gettext_noop("Cancelled"): (),
}
# Oscar asks for a search engine; the shop's own search uses PostgreSQL, so this one stays empty.
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.BaseSignalProcessor"

# --- personalization --------------------------------------------------------------------------------------------------
PERSONALIZATION_SHOP_ADDRESS = "http://localhost:8000"
PERSONALIZATION_FIND_CUSTOMER = "shop_demo.cards.holders"
PERSONALIZATION_STORE = "shop_demo.stores.of_orders"
PERSONALIZATION_DEMOGRAPHICS = "shop_demo.demographics.of_households"

# --- Celery -----------------------------------------------------------------------------------------------------------
MESSAGES_FOLDER = env.str("MESSAGES_FOLDER", default=str(subfolder("messages")))
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "data_folder_in": MESSAGES_FOLDER,
        "data_folder_out": MESSAGES_FOLDER,
        "control_folder": str(subfolder("messages-control")),
        # kombu takes one message per interval from a folder, and waits a whole second by default.
        "polling_interval": 0.05,
    }
    if CELERY_BROKER_URL.startswith("filesystem")
    else {"visibility_timeout": 7200}
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 3600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_TIMEZONE = "UTC"
