"""Complete Journey as a shop: read the households' baskets, give the goods names, load it all into Oscar.

`journey` reads the parquet files, `goods` and `titles` turn codes into words, `catalogue`, `customers` and `orders`
write rows through `copying`. `load_shop()` is the door: the whole shop, or a small sample for tests.
"""

from shop_demo.data.loading import load_shop

__all__ = ["load_shop"]
