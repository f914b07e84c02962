"""One customer from all sides, for staff who may: who it is, what they did, what is expected of them, what they see.

`find` leads from an e-mail, a phone or an order to the person; `page` puts together what is shown of them from the
profile, the segments and the log. Each look is kept (`looks`), so that it can be asked later who looked at whom.
"""
