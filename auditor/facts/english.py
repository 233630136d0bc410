"""English words that name nothing: what tells a stray fragment of English speech from an English term.

Technical speech in every language borrows English nouns. It does not borrow
pronouns, prepositions or the light verbs of everyday speech. The closed classes
are complete as grammars list them; the verbs are the light and the most frequent
verbs of spoken English that are no technical nouns.
"""

from __future__ import annotations

_PRONOUNS = (
    "i me my mine myself you your yours yourself yourselves he him his himself she her hers herself it its itself "
    "we us our ours ourselves they them their theirs themselves this that these those who whom whose which what "
    "someone somebody something anyone anybody anything everyone everybody everything nobody nothing"
)
_DETERMINERS = "a an the some any every each either neither no much many more most less least few several such both"
_PREPOSITIONS = (
    "about above across after against along among around at before behind below beneath beside besides between beyond "
    "by despite down during except for from in inside into near of off on onto out outside over past per since "
    "through throughout till to toward towards under underneath until unto up upon with within without"
)
_CONJUNCTIONS = "and but or nor so yet if because although though while whereas unless than as whether"
_AUXILIARIES = (
    "am is are was were be been being do does did doing done have has had having can could will would shall should may "
    "might must ought not isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't can't couldn't won't "
    "wouldn't shouldn't mustn't"
)
_ADVERBS = (
    "here there now then again always never ever just only also too very really quite maybe perhaps already still "
    "how why when where well away back"
)
_CONTRACTIONS = (
    "i'm i've i'll i'd you're you've you'll you'd he's she's it's it'll we're we've we'll we'd they're they've they'll "
    "that's there's here's what's who's let's how's where's"
)
_INTERJECTIONS = "oh ah uh um hmm yeah yes yep nope hey wow please thanks"
_LIGHT_VERBS = (
    "get gets got gotten getting put puts putting give gives gave given giving take takes took taken taking "
    "come comes came coming goes went gone going gonna wanna gotta let lets letting "
    "say says said saying tell tells told know knows knew known think thinks thought want wants wanted "
    "need needs needed keep keeps kept bring brings brought seem seems seemed become becomes became "
    "feel feels felt find finds found hear heard sit sat stand stood"
)

FUNCTION_WORDS = frozenset(
    " ".join(
        (_PRONOUNS, _DETERMINERS, _PREPOSITIONS, _CONJUNCTIONS, _AUXILIARIES, _ADVERBS, _CONTRACTIONS, _INTERJECTIONS)
    ).split()
)
"""Words of the closed classes, with adverbs and interjections of everyday speech; lower case."""

LIGHT_VERBS = frozenset(_LIGHT_VERBS.split())
"""Forms of verbs that carry little meaning of their own; lower case."""

NAMING_NOTHING = FUNCTION_WORDS | LIGHT_VERBS
"""Words that can be no term by themselves; lower case."""

SPEECH = frozenset(" ".join((_PRONOUNS, _CONTRACTIONS)).split()) | LIGHT_VERBS
"""Words that make an utterance of what they stand in: pronouns, contractions and light verbs."""


def names_nothing(word: str) -> bool:
    """Whether an English word is of a closed class or a light verb (``get``, ``it``, ``Get's``), so can be no term."""
    key = word.casefold().replace("’", "'")
    return key in NAMING_NOTHING or key.removesuffix("'s") in LIGHT_VERBS


def makes_speech(word: str) -> bool:
    """Whether an English word turns what it stands in into an utterance (``get``, ``me``, ``let's``)."""
    key = word.casefold().replace("’", "'")
    if len(key) == 1:  # "I" alone is as often a letter, as in a spelled-out "I o T"
        return False
    return key in SPEECH or key.removesuffix("'s") in LIGHT_VERBS
