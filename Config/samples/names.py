"""Made-up companies, people, streets and goods, in English and German."""

COMPANIES = {
    "en": ("Northgate Harbour Fairview Oakridge Silverline Bluewater Kingsbury Redwood Ashdown Pinecrest Westbrook "
           "Marlowe Hollis Castleton Brightwater Dunmore Larkspur Stonebridge Everett Whitfield").split(),
    "de": ("Bergmann Hansen Lindner Seewald Nordlicht Kramer Weißhaupt Müller Schröder Baumgärtner Vogt Reinhardt "
           "Steinbach Albrecht Brückner Hofmeister Keller Sommer Winterfeld Zimmermann").split(),
}
TRADES = {
    "en": ("Office Supplies", "Engineering", "Timber", "Consulting", "Catering", "Print & Design", "Logistics",
           "Analytics", "Gardens", "Electrical", "Software", "Tools"),
    "de": ("Bürobedarf", "Maschinenbau", "Holzhandel", "Beratung", "Medientechnik", "Druckerei", "Logistik",
           "Elektrotechnik", "Gartenbau", "Software", "Werkzeuge", "& Söhne"),
}
FORMS = {"en": ("Ltd", "Limited", "LLC", "Inc.", "plc", "Ltd.", "Corp.", "LLP"),
         "de": ("GmbH", "AG", "GmbH & Co. KG", "KG", "OHG", "e.K.", "UG (haftungsbeschränkt)")}
STREETS = {"en": ("High Street", "Mill Lane", "Station Road", "Queen's Avenue", "Bridge Road", "Park View",
                  "Victoria Terrace", "Church Street"),
           "de": ("Hauptstraße", "Bahnhofstraße", "Gartenweg", "Lindenallee", "Am Markt", "Schillerstr.",
                  "Industriestraße", "Mühlenweg")}
CITIES = {
    "en": ("Leeds LS1 4AP", "London EC2A 4NE", "Bristol BS1 5TR", "York YO1 7HH", "Portland, OR 97205",
           "Austin, TX 78701", "Boston, MA 02110", "Edinburgh EH1 1YZ"),
    "de": ("10115 Berlin", "20095 Hamburg", "80331 München", "50667 Köln", "01067 Dresden", "70173 Stuttgart",
           "1010 Wien", "8001 Zürich"),
}
PEOPLE = {"en": ("Helen Carter", "James O'Neill", "Priya Raman", "Tom Whitaker", "Grace Lindqvist", "Ruth Adeyemi"),
          "de": ("Anna Schmidt", "Jürgen Vogel", "Sabine Krüger", "Thomas Weiß", "Katharina Böhm", "Peter Lang")}
GOODS = {
    "en": ("Copy paper A4, 80 g", "Desk lamp LED 12 W", "Oak shelf 120 x 30 cm", "Consulting", "Site survey",
           "Training day", "Annual support contract", "USB-C cable 2 m", "27-inch monitor", "Toner cartridge TN-2420",
           "Tax advice", "Network switch, 24 ports", "Delivery", "Shipping and handling", "Office chair, black",
           "Garden soil 40 l", "Total station hire", "Printing of 500 flyers", "Software licence, 12 months",
           "Steel screws M6 x 40", "Date palm", "Catering for 25 people", "On-site repair", "Safety gloves size 9",
           "Whiteboard markers, set of 4"),
    "de": ("Kopierpapier A4, 80 g", "Schreibtischlampe LED 12 W", "Regalboden Eiche 120 x 30 cm", "Beratung",
           "Aufmaß vor Ort", "Schulungstag", "Wartungsvertrag jährlich", "USB-C-Kabel 2 m", "Monitor 27 Zoll",
           "Tonerkartusche TN-2420", "Steuerberatung", "Netzwerk-Switch, 24 Ports", "Lieferung", "Versandkosten",
           "Bürostuhl, schwarz", "Blumenerde 40 l", "Anfahrt", "Druck von 500 Flyern", "Softwarelizenz, 12 Monate",
           "Stahlschrauben M6 x 40", "Dübel 8 mm", "Bewirtung für 25 Personen", "Reparatur vor Ort",
           "Schutzhandschuhe Größe 9", "Summenzähler"),
}
NOTES = {"en": ("for the meeting room on the second floor", "as agreed by phone", "delivered to the warehouse",
                "including assembly and removal of packaging", "work carried out on site"),
         "de": ("für den Besprechungsraum im zweiten Stock", "wie telefonisch vereinbart", "frei Haus geliefert",
                "inklusive Aufbau und Entsorgung", "Arbeiten beim Kunden")}


def company(rng, lang):
    """A company's name, such as "Oakridge Timber Ltd"."""
    words = [rng.choice(COMPANIES[lang]), rng.choice(TRADES[lang]), rng.choice(FORMS[lang])]
    if rng.random() < 0.2 and not words[1].startswith("&"):
        words.insert(1, "&")
        words.insert(2, rng.choice(COMPANIES[lang]))
    return " ".join(words)


def street(rng, lang):
    """A street with its number, written the way of the language."""
    number, name = str(rng.randint(1, 180)), rng.choice(STREETS[lang])
    return "%s %s" % ((number, name) if lang == "en" else (name, number))


def address(rng, lang, person_share=0.0):
    """A dict with name, street and city; some are private people."""
    person = rng.random() < person_share
    return {"name": rng.choice(PEOPLE[lang]) if person else company(rng, lang),
            "street": street(rng, lang), "city": rng.choice(CITIES[lang])}


def iban(rng):
    """A valid IBAN without blanks, of one of five countries."""
    country, bank, digits = rng.choice([("DE", "", 18), ("AT", "", 16), ("CH", "", 17), ("GB", "NWBK", 14),
                                        ("NL", "INGB", 10)])
    account = bank + "".join(rng.choice("0123456789") for _ in range(digits))
    number = int("".join(str(int(char, 36)) for char in account + country + "00"))
    return "%s%02d%s" % (country, 98 - number % 97, account)
