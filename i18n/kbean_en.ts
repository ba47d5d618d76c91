<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ActivityExport</name>
    <message numerus="yes">
        <source>%n movement(s) saved as {name}.</source>
        <translation>
            <numerusform>%n movement saved as {name}.</numerusform>
            <numerusform>%n movements saved as {name}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Announcer</name>
    <message numerus="yes">
        <source>%n payment(s) to the printed code, {amount} together</source>
        <translation>
            <numerusform>%n payment to the printed code, {amount} together</numerusform>
            <numerusform>%n payments to the printed code, {amount} together</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AskingMoney</name>
    <message numerus="yes">
        <source>%n person(s) have been asked</source>
        <translation>
            <numerusform>%n person has been asked</numerusform>
            <numerusform>%n people have been asked</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BasketView</name>
    <message numerus="yes">
        <source>%n more line(s) above</source>
        <translation>
            <numerusform>%n more line above</numerusform>
            <numerusform>%n more lines above</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BillsPage</name>
    <message numerus="yes">
        <source>%n more; all are in the file.</source>
        <translation>
            <numerusform>%n more; all are in the file.</numerusform>
            <numerusform>%n more; all are in the file.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It is whole in %n minute(s).</source>
        <translation>
            <numerusform>It is whole in %n minute.</numerusform>
            <numerusform>It is whole in %n minutes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It is whole in %n hour(s).</source>
        <translation>
            <numerusform>It is whole in %n hour.</numerusform>
            <numerusform>It is whole in %n hours.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CaseForm</name>
    <message numerus="yes">
        <source>%n character(s) too many.</source>
        <translation>
            <numerusform>%n character too many.</numerusform>
            <numerusform>%n characters too many.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message numerus="yes">
        <source>%n character(s) too many for one message</source>
        <translation>
            <numerusform>%n character too many for one message</numerusform>
            <numerusform>%n characters too many for one message</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) left</source>
        <translation>
            <numerusform>%n character left</numerusform>
            <numerusform>%n characters left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CounterApp</name>
    <message numerus="yes">
        <source>Nobody there? Signing out in %n second(s); any key stays.</source>
        <translation>
            <numerusform>Nobody there? Signing out in %n second; any key stays.</numerusform>
            <numerusform>Nobody there? Signing out in %n seconds; any key stays.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FeedbackForm</name>
    <message numerus="yes">
        <source>%n character(s) too many.</source>
        <translation>
            <numerusform>%n character too many.</numerusform>
            <numerusform>%n characters too many.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LastSales</name>
    <message numerus="yes">
        <source>%n result(s) not known yet</source>
        <translation>
            <numerusform>%n result not known yet</numerusform>
            <numerusform>%n results not known yet</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NameCheckBox</name>
    <message numerus="yes">
        <source>%n check(s) left today</source>
        <translation>
            <numerusform>%n check left today</numerusform>
            <numerusform>%n checks left today</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NoticeStrip</name>
    <message numerus="yes">
        <source>%n payment(s) without an answer yet</source>
        <translation>
            <numerusform>%n payment without an answer yet</numerusform>
            <numerusform>%n payments without an answer yet</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PanelHeader</name>
    <message numerus="yes">
        <source>No connection. %n message(s) wait here and go out by themselves.</source>
        <translation>
            <numerusform>No connection. %n message waits here and goes out by itself.</numerusform>
            <numerusform>No connection. %n messages wait here and go out by themselves.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PinFace</name>
    <message numerus="yes">
        <source>%n digit(s) typed</source>
        <translation>
            <numerusform>%n digit typed</numerusform>
            <numerusform>%n digits typed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PricesPage</name>
    <message numerus="yes">
        <source>%n item(s) taken over</source>
        <translation>
            <numerusform>%n item taken over</numerusform>
            <numerusform>%n items taken over</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RequestStrip</name>
    <message numerus="yes">
        <source>%n more request(s) for money</source>
        <translation>
            <numerusform>%n more request for money</numerusform>
            <numerusform>%n more requests for money</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shell</name>
    <message numerus="yes">
        <source>%n unread message(s)</source>
        <translation>
            <numerusform>%n unread message</numerusform>
            <numerusform>%n unread messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) to your cases and feedback</source>
        <translation>
            <numerusform>%n change to your cases and feedback</numerusform>
            <numerusform>%n changes to your cases and feedback</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ShiftPage</name>
    <message numerus="yes">
        <source>%n sale(s)</source>
        <translation>
            <numerusform>%n sale</numerusform>
            <numerusform>%n sales</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n refund(s)</source>
        <translation>
            <numerusform>%n refund</numerusform>
            <numerusform>%n refunds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n by confirmation code</source>
        <translation>
            <numerusform>%n by confirmation code</numerusform>
            <numerusform>%n by confirmation code</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without a payment</source>
        <translation>
            <numerusform>%n without a payment</numerusform>
            <numerusform>%n without a payment</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SplitFace</name>
    <message numerus="yes">
        <source>It does not divide evenly: {amount} more for the first %n.</source>
        <translation>
            <numerusform>It does not divide evenly: {amount} more for the first.</numerusform>
            <numerusform>It does not divide evenly: {amount} more for the first %n.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SurveyForm</name>
    <message numerus="yes">
        <source>%n question(s) still open.</source>
        <translation>
            <numerusform>%n question still open.</numerusform>
            <numerusform>%n questions still open.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message numerus="yes">
        <source>%n new message(s)</source>
        <translation>
            <numerusform>%n new message</numerusform>
            <numerusform>%n new messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UnlockPage</name>
    <message numerus="yes">
        <source>Try again in %n second(s)</source>
        <translation>
            <numerusform>Try again in %n second</numerusform>
            <numerusform>Try again in %n seconds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WebhookCard</name>
    <message numerus="yes">
        <source>%n try(s)</source>
        <translation>
            <numerusform>%n try</numerusform>
            <numerusform>%n tries</numerusform>
        </translation>
    </message>
</context>
</TS>
