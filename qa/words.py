"""English function words and other kinds of words, in lower case, and the content words."""

import re

from qa.codes import has_digit

JOINED = re.compile(r"[^\W_]+(?:[-./:_’'][^\W_]+)*")
_POSSESSIVE = re.compile("[’']s$")
STEM = 5  # letters that two forms of one word have in common
_SHORTEST = 3  # letters of a content word; a code may have fewer


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PERSON = _words("he him his himself she her hers herself")
THING = _words("it its itself it's this that")
PLURAL = _words("they them their theirs themselves these those")
LOCATIVE = _words("there here")
PRONOUNS = PERSON | THING | PLURAL | LOCATIVE
POSSESSIVE = _words("his her its it's their this that these those")

ASKING = _words("what which who whom whose when where why how what's who's where's")
AUXILIARY = _words(
    "am is are was were be been being do does did doing done has have had having can could will "
    "would shall should may might must don't doesn't didn't isn't aren't wasn't weren't can't "
    "won't"
)
PREPOSITIONS = _words(
    "about above across after against along among around as at before behind below between beyond "
    "by during except for from in inside into like near of off on onto out outside over per since "
    "than through to toward towards under until up upon versus via vs with within without"
)
JOINING = _words("and or but so also plus because if when whether while though although")
FUNCTION = (
    PRONOUNS
    | ASKING
    | AUXILIARY
    | PREPOSITIONS
    | JOINING
    | _words(
        "i'm you're we're they're i've i'd i'll let's there's that's he's she's "
        "a an the some any all each every no not only just even still yet too very much many more "
        "most less least several own same such other others another else one ones i me my you "
        "your we us our people someone anyone something anything ever never always often usually "
        "generally really actually then now ago again already please tell describe explain give "
        "show list know compare contrast let well oh"
    )
)

# What is asked of a thing that was named before: its types, its cost, the first, the largest.
ASPECTS = _words(
    "advantage age aim alternative answer application approach argument aspect author background "
    "basis beginning benefit capital category cause challenge change characteristic class college "
    "component con concern condition consequence contribution controversy cost creation criticism "
    "date definition detail development diagnosis difference disadvantage discovery downside "
    "drawback duration effect evidence evolution example explanation fact factor feature finding "
    "form founder founding function future goal group health history idea impact implication "
    "importance information invention inventor issue job kind length level limitation location "
    "meaning measure member method mission model name nature next number objective option origin "
    "outcome overview owner part place plan point price principle pro problem process project "
    "property purpose question reaction reason relationship requirement resource response result "
    "review risk role root rule safety side sign significance similarity size solution sort "
    "source stage standard start statistic status step story strategy structure style subject "
    "success symptom team term theme theory thing time topic treatment trend type usage use value "
    "variation variety version view way year"
)
QUALITIES = _words(
    "available average bad best better big bigger biggest cheap cheapest common current dangerous "
    "different difficult earliest early easier easiest easy effective expensive famous fast "
    "fastest few final first former general good great greatest hard harder harmful high higher "
    "highest iconic important interesting key large larger largest last late latest latter legal "
    "long long-term longer longest low lower lowest main major modern natural necessary negative "
    "new newest normal notable old older oldest original overall particular popular positive "
    "possible potential powerful related reliable right safe second short short-term similar "
    "small smaller smallest specific successful third traditional true typical unique useful "
    "well-known worse worst wrong young younger youngest"
)
VERBS = _words(
    "affect allow apply ask ate avoid become began begin born bring build buy call called came "
    "carry cause change choose chosen come consider consume contain cook create cure cut deal "
    "decide define develop did die died differ discover done driven eat end exist expect explain "
    "fail feel find fix flown fly follow form found gave get give given go gone got grown happen "
    "held help hold include increase invent keep kept kill knew known last lead learn leave led "
    "left let live look lose made make matter mean meant move need occur offer originate pay play "
    "prevent produce react reduce relate remain require respond result run said say see seem seen "
    "sell send serve show shown sold solve spent spoken spread start stay stop suffer support "
    "survive take taken taste tell think thought thrown told took travel treat try turn "
    "understand use visit want watch weigh went win won work write wrote "
    "acquit adapt add agree answer appear apply approve attract believe belong blame break brew "
    "campaign catch check clean close compete compose connect contact continue cook cost count "
    "cover damage decline deliver deny drink drop enjoy enter escape finish fit forbid forget "
    "found fund go govern grow hire hurt import inform install join judge keep laid lay lie like "
    "list lock manage mention mount offend open operate order owe own pass permit plan print "
    "protect prove provide publish punish push put quit raise reach recognise recognize recommend "
    "record refuse regret release remove repair replace report reserve return save score set sign "
    "sing "
    "sit sleep smoke sound spell split spoil stand store study suggest switch teach test throw "
    "touch train transfer vote wait walk warn wash wear wish worry"
)

CHATTER = _words("hi hello hey thanks thank ok okay great cool please sorry yes no bye")
INTERJECTIONS = _words(
    "oh ok okay wow well great cool interesting nice perfect right thanks hm hmm yes no yeah sure "
    "hello hi hey instead"
)
CLAUSE = _words("true possible necessary legal safe mean take cost said reported likely important")
COMPARING = _words("compare compares differ different similar")
POINTING = _words("this that these those")
OTHER = _words("other others another else one ones")
ASPECT_OF = _words("on for with to in")
OWN = _words("his her its their")
LOCATING = _words("in at from near around inside to")
INSIDE_NAMES = _words("of and de la le el di da van von der del the & y und for")

DOING = _words("do did does doing done")
HAPPENING = _words("happen happened happens happening occur occurred occurs")
REPORTING = _words("report reported announce announced confirm confirmed deny denied claim claimed")
MORE = _words("more else tell explain describe show")
ARTICLES = _words("a an the")
LEADING = AUXILIARY | PREPOSITIONS | JOINING
GRADES = QUALITIES | {"most", "least"}
COMMON = ASPECTS | QUALITIES | VERBS
INVERTED = _words("do does did can could will would should has have had may might must")

TITLES = _words(
    "mr mrs ms miss dr sir lady lord prof professor president prime minister king queen prince "
    "princess senator secretary general pope chancellor captain judge saint mr. mrs. ms. dr."
)
# Of names with capitals only: United States
PLACE_ENDINGS = _words(
    "states kingdom emirates republic islands island city county arabia zealand korea lanka "
    "salvador rica"
)
PLACES = _words(
    "afghanistan africa albania algeria america andorra angola antarctica arctic argentina "
    "armenia asia australia austria azerbaijan bahamas bahrain bangladesh barbados belarus "
    "belgium belize benin bhutan bolivia bosnia botswana brazil britain brunei bulgaria burundi "
    "cambodia cameroon canada chad chile china colombia congo croatia cuba cyprus czechia denmark "
    "djibouti dominica ecuador egypt england eritrea estonia eswatini ethiopia europe fiji "
    "finland france gabon gambia georgia germany ghana greece greenland grenada guatemala guinea "
    "guyana haiti honduras hungary iceland india indonesia iran iraq ireland israel italy jamaica "
    "japan jordan kazakhstan kenya kosovo kuwait kyrgyzstan laos latvia lebanon lesotho liberia "
    "libya lithuania luxembourg madagascar malawi malaysia maldives mali malta mauritania "
    "mauritius mexico moldova monaco mongolia montenegro morocco mozambique myanmar namibia nepal "
    "netherlands nicaragua niger nigeria norway oman pakistan palestine panama paraguay peru "
    "philippines poland portugal qatar romania russia rwanda samoa scotland senegal serbia "
    "singapore slovakia slovenia somalia spain sudan suriname sweden switzerland syria taiwan "
    "tajikistan tanzania thailand tibet togo tonga tunisia turkey turkmenistan uganda ukraine "
    "uruguay usa uk us uzbekistan vanuatu vatican venezuela vietnam wales washington yemen zambia "
    "zimbabwe"
)

# What a question does with the thing that it is about
_OF_ASKING = _words(
    "mean means meant say says said happen happens called cover covers get gets got need needs "
    "want wants find take takes make makes give gives come comes use used long big old far"
)
_NO_CONTENT = FUNCTION | ASPECTS | _OF_ASKING


def singular(key: str) -> str:
    """Return a word without the ending of the plural."""
    if key.endswith("ies") and len(key) > 4:
        return key[:-3] + "y"
    return key[:-1] if key.endswith("s") and not key.endswith(("ss", "us", "is")) else key


def forms(key: str) -> set[str]:
    """Return a word with all that it may be an inflected form of."""
    variants = {key, singular(key)}
    for ending in ("es", "ed", "d", "ing"):
        if key.endswith(ending) and len(key) > len(ending) + 2:
            base = key.removesuffix(ending)
            variants |= {base, base + "e"}
            if base[-1] == base[-2]:
                variants.add(base[:-1])
    return variants


def content_words(question: str) -> list[str]:
    """Return the content words of a question, each once, as they are written."""
    words = dict.fromkeys(_POSSESSIVE.sub("", match[0]) for match in JOINED.finditer(question))
    return [word for word in words if has_digit(word) or _is_content_word(word)]


def content_stems(question: str, *, common: bool = True) -> list[str]:
    """Return the beginnings by which a text's words are told to be forms of the content words.

    "Descale it" has "descaled"; a code has no other form.

    Args:
        question: The question.
        common: Whether everyday verbs and qualities are among them, which a text often has other
            words for.
    """
    words = [word for word in content_words(question) if common or not _is_common(word)]
    stems = (word.casefold() if has_digit(word) else word.casefold()[:STEM] for word in words)
    return list(dict.fromkeys(stems))


def has_content_words_of(text: str, question: str) -> bool:
    """Return whether a text has all of a question's content words, or other forms of them."""
    folded = text.casefold()
    return all(has_stem(folded, stem) for stem in content_stems(question))


def has_stem(folded: str, stem: str) -> bool:
    """Return whether a word of a text begins so.

    Args:
        folded: The text, its case folded. It may be a whole document: this is some ten times as
            fast as a regular expression.
        stem: What `content_stems` returned.
    """
    at = folded.find(stem)
    while at > 0 and folded[at - 1].isalnum():
        at = folded.find(stem, at + 1)
    return at >= 0


def _is_common(word: str) -> bool:
    return not (has_digit(word) or COMMON.isdisjoint(forms(word.casefold())))


def _is_content_word(word: str) -> bool:
    return len(word) >= _SHORTEST and word.casefold() not in _NO_CONTENT
