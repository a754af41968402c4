"""Which full stops end nothing: those of abbreviations, ordinals, initials and genus names.

An abbreviation is one of three kinds, by what may follow it within its sentence:

- a title or a word like it, behind which a sentence hardly ever ends: `Dr.`, `Sra.`, `им.`;
- one that goes on unless a function word with a capital begins the next sentence: `Abs.`, `Pub.`;
- one that often ends a sentence, and goes on before a number or a small letter: `etc.`, `руб.`.
"""

import re
from dataclasses import dataclass

from index.loading.function_words import FUNCTION_WORDS


@dataclass(frozen=True, slots=True)
class _Abbreviations:
    """The abbreviations of a language, in small letters, `z.b` for `z. B.` and `z.B.` alike."""

    titles: frozenset[str]
    inner: frozenset[str]
    final: frozenset[str]


# Those of names that are the same in most languages.
_TITLES, _FINAL = "dr prof mr mrs ms st", "jr sr inc ltd corp co vs etc p.m a.m"


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _abbreviations(titles: str, inner: str, final: str) -> _Abbreviations:
    return _Abbreviations(_words(f"{titles} {_TITLES}"), _words(inner), _words(f"{final} {_FINAL}"))


_ABBREVIATIONS = {
    # Most of the English ones are known to `sentencex`.
    "en": _Abbreviations(
        _words("ms mx ft ste attn"),
        _words("""
        eq eqs figs sect chap ch chs vol vols ed eds approx incl excl pub supp treas rul cong sess
        regs cir crim stat stats dkt tel ext bldg apt dept univ cf
        """),
        _words(
            "nos arts para paras secs cl sch exh app reg p pp nn min max lb lbs oz yrs hrs mins avg"
        ),
    ),
    "de": _abbreviations(
        "dr prof hr hrn fr frl frhr st ing dipl mag med phil jur rer nat habil theol pol oec univ",
        """
        nr nrn bd bde abs art ziff anm aufl abb abt abschn kap tab taf hrsg hg verf vgl bzw ca evtl
        ggf ggfs inkl exkl zzgl abzgl gem lt sog geb gest verh tel fax bes insb insbes allg ehem ggü
        bzgl betr entspr einschl ausschl mind durchschn jew std mio mrd tsd red ausg bsp bez fa
        jg kl ldkr lkr lit nördl südl östl westl österr dt engl frz franz ital lat griech russ
        amerik schweiz rd rdnr rn rz slg stellv unv urspr verb verl vs wg zit zw zzt ev kath kfm kto
        lfd od resp staatl städt vors vorm z.b z.t z.zt d.h i.d.r u.a v.a i.a i.s i.v.m i.s.v o.g
        s.o s.u u.u m.e v.chr n.chr a.d o.ä v.h i.h.v i.v i.a i.r p.a
        """,
        """
        usw ff jh jhd jhs min sek stk str pf pkt feb mär apr aug sept okt nov dez dgl jr sr
        u.s.w u.v.m o.dgl u.dgl
        """,
    ),
    "fr": _abbreviations(
        "m mm dr pr me mgr st ste",
        """
        av apr art arts chap cf éd env ex fig figs hab ibid p pp pl no nos vol vols t tél tel réf
        sect suppl dir coll dép dépt boul bd bld rte fg apt bât adr arr alin resp obs trad préf
        rééd ms mss loc cit op janv févr avr juil sept oct nov déc p.ex c.-à-d
        """,
        "max min",
    ),
    "es": _abbreviations(
        """
        sr sra srta sres sras srtas dr dra dres dras d dña prof profa lic ing arq gral cnel tte sgto
        mons rvdo excmo excma ilmo ilma sto sta pbro abg mtro mtra
        """,
        """
        núm núms nro art arts pág págs pg cap caps vol vols fig figs tab eds edit inc párr apdo avda
        av avd pza plza ctra urb dpto depto dep edif tel tfno fax ext aprox máx mín p pp sig sigs cf
        cfr vid cía cia ltda hnos bco p.ej ee rr hh ff cc izq izqda dcha dcho fdo atte ref reg ed ej
        """,
        "no nos hab ud uds vd vds ene feb abr jun jul ago sept oct nov dic jr ee.uu uu ss",
    ),
    "it": _abbreviations(
        """
        sig sigg dott dr prof avv ing arch geom rag on sen cav comm mons gen col cap ten spett egr
        gent ill ss
        """,
        """
        art artt cfr pag pagg p pp capp vol voll fig figg tab tabb n nn nr num ed tel fax cell sez
        parr lett lit ca cit op trad all alleg reg dir lgs d.lgs cost cod civ pen proc cass trib
        sent ric vd febb apr magg giu lug sett ott nov dic min max p.es ad.es es v cd
        """,
        "ecc sec ss",
    ),
    "pt": _abbreviations(
        """
        sr sra srs sras srta dr dra drs dras prof profa eng enga arq exmo exma ilmo ilma gen cel ten
        sgt maj pe mons des dep sto sta
        """,
        """
        art arts inc n núm num p pp pág págs cap caps vol vols fig figs tab ed eds av pça trav rod
        tel fax ext cf aprox máx mín séc sécs cia ltda p.ex ex obs ref par fl fls proc rel resp v
        """,
        "hab jan fev abr mai jun jul ago nov dez jr",
    ),
    "nl": _abbreviations(
        "dhr mevr mw drs ir ing mgr ds",
        """
        nr nrs art blz pag p hfdst bv bijv o.a d.w.z z.g zgn ca vgl resp incl excl tel evt afb tab
        fig vol ed m.b.t t.a.v i.v.m n.a.v m.n t.o.v i.p.v
        """,
        "enz etc e.d max min jan feb apr aug sept okt nov dec",
    ),
    "sv": _abbreviations(
        "dr prof hr ing dir kapt",
        """
        t.ex dvs d.v.s bl.a s.k fr.o.m t.o.m f.d f.n p.g.a pga kl nr s sid kap ca resp jfr jmf ev
        evtl inkl exkl tel art fig tab bil ang avd bd vol ed utg red övers enl
        """,
        "osv o.s.v m.m m.fl e.d o.d kr tkr mkr milj st max min jan feb apr aug sept okt nov dec",
    ),
    "da": _abbreviations(
        "dr prof hr ing",
        """
        f.eks fx bl.a dvs d.v.s ca nr jf jfr kl kap art stk pkt inkl ekskl tlf hhv evt ift ifm iht
        mht pga pr vedr s bd fig tab vol red udg
        """,
        "osv m.v mv m.m m.fl o.l kr mio mia mill pct stk maks min jan feb apr aug sept okt nov dec",
    ),
    "no": _abbreviations(
        "dr prof hr ing",
        """
        f.eks bl.a dvs d.v.s ca nr jf jfr kl kap art inkl ekskl tlf hhv evt ift ifm iht mht pga pr
        vedr s bd fig tab vol red utg
        """,
        "osv m.v mv m.m m.fl o.l kr mill mrd maks min jan feb apr aug sept okt nov des",
    ),
    "pl": _abbreviations(
        """
        prof dr hab mgr inż ks św im gen płk ppłk mjr kpt por sierż doc lek bp abp nadkom podkom kom
        insp asp mec
        """,
        """
        ul al pl os nr art ust poz str rozdz rozp zał zob tj tzn tzw np m.in ok ds dot tel wew woj
        pow gm łac ang niem fr ros wł wg ww lit cz paraf zach wsch płn płd wyd red
        oprac tłum przyp rys tab fot pt ur zm hr dz par
        """,
        "itp itd br bm zł tys mln mld proc obj pkt godz min sek maks nn n.e p.n.e",
    ),
    "cs": _abbreviations(
        "dr prof doc ing mgr bc mudr judr rndr phdr sv gen plk",
        """
        č čl odst písm str kap obr tab tzv tj např resp popř příp mj ul nám tř tel cca vs ev p s
        """,
        "apod atd aj stol mil mld tis max min n.l př.n.l",
    ),
    "ru": _abbreviations(
        "им проф акад доц тов св гр ген полк",
        """
        ул пр просп пер пл наб обл респ дер пос стр рис табл гл разд см ср напр ст чл ред изд вып тт
        кв корп тел доб каб канд англ нем франц лат греч рус итал исп яп кит польск укр род ум букв
        псевд наст ок прибл т.е т.к т.н
        """,
        "др пр проч гг вв руб коп долл тыс чел шт экз мин макс сек т.д т.п н.э",
    ),
    "uk": _abbreviations(
        "ім проф акад доц св гр",
        "вул просп пл пров обл ст гл див рис табл стор тел напр т.зв т.е т.к",
        "ін рр тис грн коп чол т.д т.п н.е",
    ),
}
# English abbreviations that are words too, and may end a sentence where the next has no capital.
_WORDS = _words("no nos art arts min max app par sec p")
_NONE = _Abbreviations(frozenset(), frozenset(), frozenset())
# Words that `sentencex` takes for abbreviations (of Maine, number, article, Illinois): "ask me.
# Kelly". In other languages it is the function word after them that shows where a sentence begins.
_NO_ABBREVIATIONS = _words("no ok me art con fed ill may miss ore")
# One to three letters before a small one are a genus (`Ae. albopictus`), unless they are a word.
_SHORT_WORDS = _words("ok yes oh ah hey bye lol sir mom dad cat dog man day six ten")
_MONTHS = _words(
    """
    January February March April May June July August September October November December
    Januar Jänner Februar Feber März Mai Juni Juli Oktober Dezember
    """
)

# They have a capital in a name too: `J. De Luca`.
_OF_NAMES = _words("De La Le Les Los Las El Del Da Do Dos Di Du Des Van Von Den Der Ter")

_LETTERS = re.compile(r"[^\W\d_](?:\.[^\W\d_])*")
_ROMAN = re.compile(r"[IVXLC]+")
_AFTER_NUMBER = re.compile(r"(?:\d|\b[IVXLC]+)\s?\Z")
_AFTER_LETTER = re.compile(r"(?<![^\W\d_])([^\W\d_])\. ?\Z")
_VOWEL = re.compile(r"[aeiouyäöüåæøáàâéèêëíìîïóòôúùûýąęůěаеёиоуыэюяіїє]", re.IGNORECASE)

# A word (or `z.B`, `m.in`), its full stop, and the word after it: its sign, and its own full stop.
_STOP = re.compile(
    r"(?<![\w.])([^\W_]{1,20}(?:\.[^\W\d_]{1,15}){0,3})\."
    r"(?=\s+\|*(?:([–—/-]+)\s+)?([§#№]+\s?|[$€£~±+-]+)?(\w{1,20})(\.?))"
)


def mark_stops(copy: str, language: str) -> str:
    """Make plain which full stops end a sentence, so that a splitter need not guess.

    Args:
        copy: What the splitter is to read: a paragraph with `|` for quotation marks and brackets.
        language: Its language, as an ISO 639-1 code.

    Returns:
        A text as long, with a comma for a stop that ends nothing, and é for the letters of a word
        whose stop does. What is not sure is as it was.
    """

    def mark(match: re.Match[str]) -> str:
        ends = _ends(match, language)
        if ends is None:
            return match[0]
        return "é" * len(match[1]) + "." if ends else match[0].replace(".", ",")

    return _STOP.sub(mark, copy)


def _ends(match: re.Match[str], language: str) -> bool | None:
    """Tell whether a full stop ends a sentence; None if that is not sure."""
    word, after = match[1], match[4]
    if word.isdigit():
        return False if _is_ordinal(match, language) else None
    known = _ABBREVIATIONS.get(language, _NONE)
    keys = _keys(match, language)
    begun = _is_begun(match, language)
    is_small = after[0].islower()
    if keys & known.titles:
        goes_on = True
    elif language == "en" and is_small and keys & _WORDS:
        goes_on = False
    elif keys & known.final:
        goes_on = is_small or (_is_number(match) and not begun)
    elif keys & known.inner:
        goes_on = not begun
    elif _LETTERS.fullmatch(word):
        goes_on = _is_initial(match, language)
    else:
        goes_on = is_small and (
            _is_genus(word, after, language)
            or (language != "en" and ("." in word or not _VOWEL.search(word)))
        )
    if goes_on:
        return False
    if language == "en":
        return True if after[0].isupper() and keys & _NO_ABBREVIATIONS else None
    is_name = _LETTERS.fullmatch(word) and after in _OF_NAMES
    return None if is_name else after[0].isupper() or None


def _keys(match: re.Match[str], language: str) -> set[str]:
    """Return what a word before a full stop may be listed as."""
    word = match[1].lower()
    keys = {word}
    if letter := _AFTER_LETTER.search(match.string, max(0, match.start() - 5), match.start()):
        keys.add(f"{letter[1]}.{word}".lower())
    if language in {"de", "nl"} and word.endswith(("str", "nr")):
        keys.add("nr")  # `Bahnhofstr. 5`, `Kontonr. 12`
    return keys


def _is_begun(match: re.Match[str], language: str) -> bool:
    """Tell whether a function word with a capital follows, which is no abbreviation itself."""
    after, stop = match[4], match[5]
    words = FUNCTION_WORDS.get(language, FUNCTION_WORDS["en"])
    return after[0].isupper() and not stop and after.lower() in words


def _is_number(match: re.Match[str]) -> bool:
    """Tell whether a number follows: `5`, `§ 7`, `IV`."""
    return bool(match[3] or match[4][0].isdigit() or _ROMAN.fullmatch(match[4]))


def _is_ordinal(match: re.Match[str], language: str) -> bool:
    """Tell whether a number is a date's or an ordinal: `3. Februar`, `w 68. minucie`."""
    number, after = match[1], match[4]
    if after[0].islower():
        return language != "en"
    if len(number) > 3 or not after[0].isalpha():
        return False
    # Every noun of German has a capital.
    return after in _MONTHS or (language == "de" and not _is_begun(match, language))


def _is_initial(match: re.Match[str], language: str) -> bool:
    """Tell whether letters stand for a word or a name: `z. B.`, `г. Москва`, `J.K. Novak`."""
    letters, dash, after = match[1], match[2], match[4]
    if language == "en":
        # `Pub. L. No. 5`, but "at 6 P.M. Mr. Smith"
        before_short = bool(match[5]) and len(letters) == 1
        return before_short or (after[0].islower() and _is_genus(letters, after, language))
    if after[0].islower() or (letters.islower() and _is_number(match)):
        return True
    start = match.start()
    if letters.islower() and _AFTER_NUMBER.search(match.string, max(0, start - 8), start):
        # `5 m. Der`, `1871 г. Он`, but `2002 г. — Мост`
        return dash in {"–", "—", "--"}
    return after[0].isupper() and after not in _OF_NAMES and not _is_begun(match, language)


def _is_genus(word: str, after: str, language: str) -> bool:
    """Tell whether `after`, in small letters, is a species of the genus: `Ae. albopictus`."""
    words = FUNCTION_WORDS.get(language, FUNCTION_WORDS["en"])
    return (
        word[0].isupper()
        and len(word) < 4
        and (len(word) == 1 or word[1:].islower())
        and len(after) > 3
        and after not in words
        and (word == "An" or word.lower() not in words | _SHORT_WORDS)
    )
