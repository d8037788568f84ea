"""The words around a figure that say it is the number of an order, a card, a meter, and no phone's."""

import re

# Things that have numbers, by the beginnings of their words, so that endings and compounds count. A word
# stands with the first language that has it. Left out are those that may as well come right before a phone
# number: a request (for a call), an office, Bill.
_ENGLISH = """
    order invoice quote estimate offer receipt ticket claim dispute complaint incident error refund return
    rma repair warranty device meter reading label parcel package shipment shipping consignment track
    container reserv booking flight voucher coupon gift promo passcode password licen serial model sku
    item product article batch barcode upc ean gtin isbn asin version customer client member loyalty
    subscri account acct mastercard amex debit credit routing iban payment transfer deposit cheque policy
    contract agreement loan student employee badge patient medicare prescription registration application
    ssn passport imei uuid confirm permit timestamp aadhaar transact
"""
_GERMAN = """
    bestell auftrag rechnung kunden vorgang sendung paket retour rücksend rückgabe umtausch reklamation
    erstattung gutschrift angebot kostenvoranschlag vertrag abonn police versicher schaden mandat konto
    kredit scheck zahlung überweisung transaktion zähler gerät maschine artikel produkt ersatzteil
    gutschein passwort buchung beschwerde störung fehler aktenzeichen steuer ausweis personal mitglied
    matrikel lizenz fahrgestell kennzeichen referenz beleg liefer meldung
"""
_SPANISH = """
    pedido compra factura recibo presupuesto cotización devolución reembolso reclamación incidencia avería
    expediente seguimiento guía envío paquete albarán localizador vuelo boleto código codigo clave cupón
    póliza siniestro suscripción cuenta tarjeta pago transacción contador medidor equipo aparato máquina
    serie artículo pieza socio usuario alumno matrícula empleado paciente cédula cedula pasaporte bastidor
    placa folio trámite contraseña cuit curp
"""
_FRENCH = """
    commande achat facture reçu devis offre rembours échange réclamation panne erreur dossier sinistre
    suivi colis livraison expédition réservation billet contrat adhérent compte virement paiement chèque
    appareil machine modèle série produit pièce référence utilisateur étudiant matricule employé sécu
    siret siren passeport permis immatriculation intervention
"""
_PORTUGUESE = """
    ordem encomenda fatura fiscal orçamento proposta devolução troca reclamação chamado protocolo
    ocorrência falha processo rastre envio pacote entrega bilhete passagem senha cupom apólice sinistro
    assinatura pagamento transação aparelho equipamento artigo produto peça referência sócio aluno
    inscrição funcionário instalação cnpj chassi
"""
_ITALIAN = """
    ordin acquist fattura ricevuta scontrin preventiv rimbors reclamo segnalazion guasto pratica spedizion
    pacco consegna prenotazion bigliett codice buono polizza abbonament bonific transazion contatore
    lettura apparecch dispositiv macchina articolo prodotto pezzo lotto riferiment utente dipendent
    paziente passaport patente targa telaio tessera bollett
"""
_POLISH = """
    zamówie zamowie faktur rachun paragon ofert wycen zwrot reklamacj zgłosz awari błąd błęd usterk
    wniosek wniosk spraw przesyłk paczk dostaw rezerwacj bilet hasło kupon umow polis szkod subskrypcj
    przelew płatnoś transakcj licznik urządzeni maszyn artykuł parti referenc klient użytkownik legitymacj
    pracownik pacjent regon pesel dowód paszport zlecen
"""
_RUSSIAN = """
    заказ покупк счет счёт чек квитанц смет предложен возврат обмен жалоб обращен заявк заявлен ошибк
    поломк трек посылк отправлен накладн доставк бронь брони рейс билет код парол купон промокод договор
    полис подписк абонемент перевод платеж платёж транзакц прибор устройств модел серийн серия серии
    артикул товар детал парти клиент пользовател студен сотрудник пациент снилс огрн паспорт лиценз талон
    тикет
"""
_TURKISH = """
    sipariş siparis kargo takip fiş teklif iade değişim şikayet arıza hata başvuru dosya rezervasyon uçuş
    şifre sözleşme poliçe hasar abone hesap ödeme işlem sayaç cihaz ürün parça müşteri üye kullanıcı
    öğrenci sicil kimlik plaka
"""  # noqa: RUF001
_HINDI = """
    ऑर्डर आधार बिल टिकट खाता बुकिंग रसीद पार्सल कूपन कोड पॉलिसी शिकायत रिफंड मीटर
"""
_ARABIC = """
    طلب فاتورة هوية تتبع شحنة حساب بطاقة رمز كود تذكرة حجز عقد شكوى إيصال جواز رخصة اشتراك عداد الطلب
    الفاتورة الهوية التتبع الشحنة الحساب البطاقة الرمز الكود التذكرة الحجز العقد الشكوى الاشتراك العداد
"""
_WESTERN = (_ENGLISH, _GERMAN, _SPANISH, _FRENCH, _PORTUGUESE, _ITALIAN)
_EASTERN = (_POLISH, _RUSSIAN, _TURKISH, _HINDI, _ARABIC)
_BEGINNINGS = tuple(" ".join(_WESTERN + _EASTERN).split())

# Things whose words are too short, or too near to names and others, to be told by their beginnings.
_WHOLE = """
    abn abo art asn az bic blz bon build cap card cards carta carte cartão case cases caso cep charge cif
    cit cod code codes conta conto cpf dhl dni ean ein erro fallo fedex id inv iva job karta karte karten
    karty kartę key kod konta konto kto ktr lot lote mac nie nif nip nota orden ordre otp p.iva pan part
    pin piva po puk qq ref reso rfc rg rib rif réf sin tan tax tc tin unidad unit ups usps ust utr vat vin
    visa vol volo zam zip бик инн карта карте карту карты кпп
"""
_WORDS = frozenset(_WHOLE.split())

# What may stand between a thing and its figure. After one of the copulas a few other words may, too.
_BETWEEN = """
    no nr n num number numbers nummer número numero numéro nro numer numerze номер номера номером numara
    numaram numarası رقم नंबर id code the my old mi meu mon il mio mój мой de di d l s with con com avec
    mit der le la el o с
"""  # noqa: RUF001
_FILLERS = frozenset(_BETWEEN.split())
_COPULAS = frozenset({"is", "was", "ist", "war", "lautet", "es", "era", "est", "é", "è", "to", "это"})
_OTHERS_AFTER_COPULA = 4
_OF = frozenset({"de", "di", "do", "da", "du", "des", "del", "della", "of"})
_ABBREVIATIONS = frozenset(
    {"no", "nr", "n", "num", "nro", "ref", "réf", "rif", "zam", "acct", "art", "cod", "inv"}
)

# "About my order, my number is ...", and the compounds with "nummer" that are no thing's.
_PERSONAL = ("my", "mein", "phone", "tel", "cell", "mobil", "handy", "contact", "whatsapp")
_OF_PHONES = "telefon handy ruf rückruf mobil fax festnetz funk whatsapp privat dienst"
_OF_A_PHONE = tuple(_OF_PHONES.split())

_SEPARATOR = re.compile(r"[\s:=#№°ºª()–'’-]+")
_AFTER = re.compile(r"\s*(?:is|was|ist|war|es|est|è|é|to|это|[=–-])\s+((?:[^\W\d]+\s+){0,2}[^\W\d]+)")
_UNSPACED = re.compile(
    r"(?:[单單]|快[递遞]|身份[证證]|[发發]票|[编編]号|[账帳]号|卡号|学号|工号|会员|合同|护照"
    r"|流水号|序列号|密码|验证码|注文|伝票|お客様番号|会員|予約|追跡|口座|カード|問い?合わせ番号|請求|領収|契約|証券|保険|製造番号"
    r"|型番|受付番号|社員|学籍)(?:番号|[号號是はの:\s])*\Z"
)


def is_of_a_thing(before: str, after: str) -> bool:
    """Whether a figure is a thing's, by what stands before and after it. A dozen words of each are enough."""
    behind = _AFTER.match(after)
    return (
        before.rstrip().endswith("#")
        or _follows_a_thing([word for word in _SEPARATOR.split(before.lower()) if word])
        or (behind is not None and any(map(_is_thing, behind[1].lower().split())))
        or _UNSPACED.search(before) is not None
    )


def _follows_a_thing(words: list[str]) -> bool:
    others = 0
    for place in range(len(words) - 1, -1, -1):
        word = words[place].rstrip(".,;!?")
        if word != words[place] and word not in _ABBREVIATIONS and not word.endswith("nr"):
            return False
        if _is_thing(word):
            return words[place - 1 : place] != ["in"]
        if word in _COPULAS:
            others = _OTHERS_AFTER_COPULA
        elif word not in _FILLERS:
            if place > 1 and words[place - 1] in _OF and _is_thing(words[place - 2]):
                return True
            others -= 1
            if others < 0 or word.startswith(_PERSONAL):
                return False
    return False


def _is_thing(word: str) -> bool:
    return (
        word in _WORDS
        or word.startswith(_BEGINNINGS)
        or (word.endswith(("nummer", "nr")) and len(word) > 6 and not word.startswith(_OF_A_PHONE))
    )
