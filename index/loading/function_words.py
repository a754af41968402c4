"""The commonest words of the languages whose full stops are told apart.

What a full stop means depends on the language: `3. Februar`, `núm. 5`, `г. Москва`. A language for
which that makes no difference here isn't on the list.
"""

# Articles, pronouns, prepositions, conjunctions and the commonest adverbs and verbs. With a capital
# such a word also begins a sentence, as a noun or a name after an abbreviation does not: there
# should be no name among them.
FUNCTION_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": """
            the of and to in a an is was are were be been it its this that these those he she they
            we you i his her their our your my not with for on at by from as or but if which who
            what when where there has have had will would can could should do does did than then
            so all any more one into about after before during under over also however between such
            no how why while because me him them us out up only other some most may must
        """,
        "de": """
            der die das den dem des ein eine einen einem einer eines und oder aber nicht ist sind
            war waren wird werden wurde wurden hat haben hatte hatten kann können muss müssen soll
            sollte ich du er sie es wir ihr man mein meine sein seine seinen seiner ihre ihren ihrem
            ihrer unser unsere dieser diese dieses diesem diesen mit von vom zu zum zur im in an am
            auf aus bei beim nach vor für durch über unter um ohne gegen seit bis als wie wenn weil
            dass daß ob auch noch nur schon sehr mehr so dann da hier dort dabei danach damit dazu
            daher deshalb dadurch darauf außerdem jedoch doch während wo was wer welche nun zwar
            kein keine alle jeder jede heute nachdem obwohl trotzdem insgesamt später neben zwischen
            laut bereits leider ebenso somit allerdings zunächst
        """,
        "fr": """
            le la les un une des du de et ou mais ne pas est sont était étaient être été a ont avait
            avoir ce cet cette ces il elle ils elles on nous vous je tu me se lui leur leurs
            son sa ses mon ma mes notre votre qui que quoi dont où dans en sur sous avec sans pour
            par au aux entre vers chez après avant depuis pendant lors si comme quand plus moins
            très aussi ainsi alors donc car puis enfin ici là cela ceci tout tous toute toutes même
            bien encore selon malgré cependant toutefois pourtant ensuite d l qu
        """,
        "es": """
            el la los las un una unos unas de del al y e o u pero no es son era eran fue fueron ser
            está están ha han había hay se su sus mi tu lo le les me te nos yo él ella ellos ellas
            usted ustedes que quien cual cuando donde como en con sin por para sobre entre hasta
            desde hacia según contra durante tras ante este esta estos estas ese esa esto eso aquel
            más menos muy también tampoco ya así entonces luego si porque aunque mientras todo todos
            toda todas otro otra otros además después antes actualmente pues
        """,
        "it": """
            il lo la i gli le un uno una di del dello della dei degli delle a al allo alla ai agli
            alle da dal dallo dalla dai dalle in nel nello nella nei nelle con su sul sulla sui
            sulle per tra fra e ed o ma non è sono era erano fu furono essere ha hanno aveva si che
            chi cui quale quando dove come perché se più meno molto anche ancora già così quindi
            poi però mentre dopo prima durante secondo senza questo questa questi queste quello
            quella suo sua suoi sue loro io tu lui lei noi voi mi ti ci vi ne ogni tutti tutte tutto
            l d dell all dall nell sull
        """,
        "pt": """
            o a os as um uma uns umas de do da dos das em no na nos nas ao à aos às por pelo pela
            pelos pelas para com sem sob sobre entre até desde após durante e ou mas não é são era
            eram foi foram ser está estão tem têm tinha há se seu sua seus suas meu minha lhe ele
            ela eles elas eu você vocês nós que quem qual quando onde como este esta estes estas
            esse essa isso isto aquele mais menos muito também já ainda assim então depois antes
            porque embora enquanto segundo todo todos toda todas outro outra num numa dele dela
        """,
        "nl": """
            de het een en of maar niet is zijn was waren wordt worden werd werden heeft hebben had
            kan kunnen moet zal zou ik je jij u hij zij ze we wij jullie mijn zijn haar hun ons onze
            dit dat deze die met van voor in op aan uit bij naar tot door over onder om zonder tegen
            tussen tijdens sinds als dan wanneer omdat dus ook nog al wel geen er hier daar toen nu
            meer veel zeer alle elke wie wat waar waarom hoe na volgens echter daarna daarom
        """,
        "sv": """
            och eller men att det den de en ett är var vara har hade blir blev kan kunde ska skall
            skulle måste inte jag du han hon vi ni man min mitt sin sitt sina hans hennes deras vår
            denna detta dessa som vad vem när där här hur om på i av till från med för vid under
            över efter före mellan mot utan genom så då nu också bara mycket mer alla andra någon
            något några ingen inga även sedan dock samt enligt eftersom medan varje
        """,
        "da": """
            og eller men at det den de en et er var være har havde bliver blev kan kunne skal skulle
            må ikke jeg du han hun vi i man min mit sin sit sine hans hendes deres vores denne dette
            disse som hvad hvem når hvor her der hvordan om på i af til fra med for ved under over
            efter før mellem mod uden gennem så da nu også kun meget mere alle andre nogen noget
            nogle ingen selv siden dog samt ifølge fordi mens efter hver blandt
        """,
        "no": """
            og eller men at det den de en et er var være har hadde blir ble kan kunne skal skulle må
            ikke jeg du han hun vi dere man min mitt sin sitt sine hans hennes deres vår denne dette
            disse som hva hvem når hvor her der hvordan om på i av til fra med for ved under over
            etter før mellom mot uten gjennom så da nå også bare mye mer alle andre noen noe ingen
            selv siden likevel samt ifølge fordi mens hver blant
        """,
        "pl": """
            i w z na do się nie to jest są był była było byli były być że o od za po przez przy dla
            pod nad przed między bez jak co kto który która które których jego jej ich mój moja swój
            swoje ten ta te tego tej tym tych ja ty on ona ono oni one my wy mnie mu go ale lub albo
            oraz a więc jednak też także już jeszcze tylko bardzo gdy kiedy gdzie czy jeśli jeżeli
            ponieważ aby żeby może można tak tam tu wszystko wszyscy po we ze u ma mają został
            została następnie natomiast według podczas również dlatego potem teraz
        """,
        "cs": """
            a i v ve z ze na do se si ne to je jsou byl byla bylo byli být že o od za po pro při pod
            nad před mezi bez jak co kdo který která které jeho její jejich můj svůj ten ta te toho
            tím já ty on ona ono my vy mně mu ho ale nebo však také též již už ještě jen velmi když
            kde protože aby může tak tam tady všechno podle během s k u
        """,
        "ru": """
            и в во не на с со к ко у о об от до из за по под над при для без между через перед после
            что как это этот эта эти этого том тот та те он она оно они я ты мы вы его её ее их ему
            им мне меня нас вас мой свой был была было были быть есть будет а но или же бы ли если
            когда где который которая которое которые так также тоже уже ещё еще только очень более
            все всё всех можно может чтобы потому однако затем потом там здесь кроме среди согласно
            поэтому сейчас
        """,
        "uk": """
            і й в у не на з із зі до від за по під над при для без між через перед після що як це
            цей ця ці цього той та ті він вона воно вони я ти ми ви його її їх йому їм мені мене нас
            вас мій свій був була було були бути є буде а але або чи ж би якщо коли де який яка яке
            які так також теж вже ще тільки дуже більше все всі можна може щоб тому однак потім там
            тут крім серед згідно
        """,
    }.items()
}
