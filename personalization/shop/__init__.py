"""The one door to Oscar: product cards, price, stock, basket, orders and the catalogue.

Everything below the storefront speaks of product ids; the products themselves are loaded here, once, at the end.
"""

from personalization.shop.accounts import accounts_by_name, accounts_of_order, accounts_of_phone
from personalization.shop.baskets import (
    basket_product_ids,
    forget_viewed,
    forget_viewed_product,
    viewed_product_ids,
)
from personalization.shop.buying import Buying, buying
from personalization.shop.cards import ProductCard, Shelf, cards, finished
from personalization.shop.catalogue import (
    FoundProduct,
    ListedProduct,
    catalogue,
    count_goods,
    find_products,
    listed_as,
    newest,
    titles,
)
from personalization.shop.categories import (
    categories_above,
    categories_of_products,
    category_lines,
    category_names,
    category_with_those_above,
    departments,
)
from personalization.shop.goods import (
    Good,
    branches,
    changed_since,
    count_listed_but,
    goods,
    listed_after,
    listed_among,
)
from personalization.shop.history import PRODUCT_CODES, noted_searches, noted_views, product_codes
from personalization.shop.money import money_told
from personalization.shop.offers import JointPrice, joint_prices, site_offers_key
from personalization.shop.orders import OrderLine, count_order_lines, first_order_at, order_lines
from personalization.shop.place import address, name
from personalization.shop.together import Together, add_together, sold_alone, take_out_together
from personalization.shop.traits import (
    Traits,
    attribute_name,
    attribute_names,
    brand_named,
    brand_names,
    traits,
)
from personalization.shop.variants import Usual
from personalization.shop.wishes import recommended_ids, wished_ids

__all__ = [
    "PRODUCT_CODES",
    "Buying",
    "FoundProduct",
    "Good",
    "JointPrice",
    "ListedProduct",
    "OrderLine",
    "ProductCard",
    "Shelf",
    "Together",
    "Traits",
    "Usual",
    "accounts_by_name",
    "accounts_of_order",
    "accounts_of_phone",
    "add_together",
    "address",
    "attribute_name",
    "attribute_names",
    "basket_product_ids",
    "branches",
    "brand_named",
    "brand_names",
    "buying",
    "cards",
    "catalogue",
    "categories_above",
    "categories_of_products",
    "category_lines",
    "category_names",
    "category_with_those_above",
    "changed_since",
    "count_goods",
    "count_listed_but",
    "count_order_lines",
    "departments",
    "find_products",
    "finished",
    "first_order_at",
    "forget_viewed",
    "forget_viewed_product",
    "goods",
    "joint_prices",
    "listed_after",
    "listed_among",
    "listed_as",
    "money_told",
    "name",
    "newest",
    "noted_searches",
    "noted_views",
    "order_lines",
    "product_codes",
    "recommended_ids",
    "site_offers_key",
    "sold_alone",
    "take_out_together",
    "titles",
    "traits",
    "viewed_product_ids",
    "wished_ids",
]
