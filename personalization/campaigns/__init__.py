"""What the owner decides, in one vocabulary for blocks, banners, pop-ups and offers.

A campaign has a name, an audience, dates and hours, and a state: draft, scheduled, live, paused, ended or archived.
Whatever is shown or given is a campaign of some kind; this package knows none of them. `campaign` is what they share,
`state` says where one stands at a moment, `hours` and `audience` when and for whom it is, `frequency` how often one
person may be shown it, `arm` to which share of all people; its priority and its goal are fields of its own.
"""
