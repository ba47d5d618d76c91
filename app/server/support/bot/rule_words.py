"""The words of the hard rules, Chinese and English; regular expressions over tidy text.

Each rule has the words that lead to it and the words that make the same sentence a question *about*
the matter, which retrieval answers better.
"""

from __future__ import annotations

ABOUT_TIME = (
    r"几点|几时|什么时候|时间|时段|上班|下班|值班|周末|星期|周[一二三四五六日天]",
    r"过年|春节|国庆|节假日|假期|放假|休息|半夜|夜里|晚上|来得及|现在.*有人|24|多久|多长|几天",
    r"\bwhen\b|\bwhat time\b|\bhours?\b|\bopen(ing)?\b|\bclose[sd]?\b|\bweekends?\b|\bsundays?\b",
    r"\bhow (long|late|many|fast)\b|\b(mid)?night\b|\btoday\b|\bholidays?\b",
)

SELF_HARM = (
    r"自杀|自残|轻生|不想活|活不下去|想死了?$|去死了?算了|活着没意思",
    r"结束(自己的|我的)?生命",
    r"\bkill(ing)? myself\b|\bsuicid|\bend my life\b|\bself[- ]harm",
    r"\b(want|going) to die\b|\bhurt(ing)? myself\b|\bno reason to live\b",
)

STOLEN = (
    r"(账户|账号|帐号|帐户|钱包|号)(可能|好像|疑似)?(被|让)(人|别人)?(盗|黑|偷)",
    r"被盗[号刷了用]?$|盗号|盗刷|盗我的?(号|账)|黑客",
    r"(有人|别人|陌生人|骗子)(偷|盗)?(登录?|登陆|用|进|改)了?.{0,4}我的?.{0,2}(号|账|钱包|密码)",
    r"(手机|电脑|平板)(被偷|被抢|丢|掉了|不见|遗失|弄丢)",
    r"\b(was|been|got|is|getting) (hacked|stolen|hijacked|compromised)\b",
    r"\bhacked (me|my|into my)\b|\bhackers?\b|^hacked\b",
    r"\bstole my (phone|wallet|account|laptop|money)\b",
    r"\b(lost|stolen|missing) my (phone|laptop|computer|device)\b",
    r"\bmy (phone|laptop) (was|got) (stolen|lost)\b",
    r"\bstolen (phone|laptop|account|wallet)\b",
)
NOT_STOLEN = (r"(如何|怎么|怎样)(防|避免)|^什么是", r"\bprevent\b|\bavoid\b")

FREEZE = (
    r"(冻结|冻住|锁住|停掉|停用|封掉)(一下)?(我的?|这个)?(账户|账号|帐户|帐号|钱包)",
    r"(把|帮).{0,8}(账户|账号|帐户|帐号|钱包|号).{0,4}(冻结|冻住|冻上|停了|停掉|封了)",
    (
        r"^(请|帮我|马上|立即|立刻|赶紧|紧急|快|我要|先)*(冻结|挂失|止付)"
        r"(账户|账号|钱包)?(一下)?[吧啊!。 ]*$"
    ),
    r"\b(freeze|lock down|suspend|block) (my|the|this) (account|wallet)\b",
    r"^(please )?freeze( it)?( now| please)?[.! ]*$|\bstop all payments\b",
)
NOT_FREEZE = (
    r"解冻|解除|恢复|为什么|为啥|怎么被|被.{0,4}冻|已经?冻|冻结了|冻结(之|以)?后|会怎|会不会|还能",
    r"\bunfreeze\b|\bwhy\b|\bwhat happens\b|\bstill\b|\bafter\b|\b(lift|undo|remove|end)\b",
)

HUMAN = (
    r"转(接)?(到)?人工|^(人工|真人|活人|客服)+[!。~ ]*$|^.{0,4}有(没有)?真人",
    r"(找|要|来|换|叫|请|接|派)(一?[个位名])?(真人|活人|人工|客服)",
    r"(不想?|别|不要)(再)?(跟|和|同|让).{0,2}机器人",
    r"(跟|和|找|联系).{0,3}(真人|活人|人工)|找人工",
    (
        r"\b(talk|speak|chat|connect|transfer|put|pass|get|hand) .{0,18}"
        r"\b(human|person|agent|representative|operator|advisor|staff|customer service)\b"
    ),
    r"\b(real|actual|live|human) (human|person|agent|being)\b|\bnot a (bot|robot|machine)\b",
    r"^(a |an )?(human|agent|representative|operator|person)( please)?[.! ]*$",
)
NOT_HUMAN = (
    *ABOUT_TIME,
    r"授权|允许|看我|看到|投诉|领导|主管|经理|上级|打电话给?我|回电|态度|评价",
    r"\bsupervisor\b|\bmanager\b|\baccess\b|\ballow\b|\bcall me\b|\bcomplain|\bpermission\b",
    r"\btransfer(ring)? (some |any |the )?(money|funds|cash|\d+)\b",
)

DISPUTE = (
    r"(发起|提起|提交|申请|开)(一?[个笔])?(交易)?争议|我要(争议|举报商[家户])",
    r"投诉(这个|那个|这家|那家)?商[家户]",
    r"\b(open|raise|file|start|lodge) (a |an )?(dispute|chargeback)\b|\bchargeback\b",
    r"\bi (want|need|would like) to dispute\b",
    r"\bdispute (this|that|my|the) (payment|charge|transaction|purchase)\b",
)
NOT_DISPUTE = (
    r"多久|几天|什么时候|时间|\bhow (long|many)\b|\bwhen\b|\bwhat time\b",
    r"材料|资料|证据|凭证|结果|进度|消息|进展|怎么样了",
    r"\bevidence\b|\bproof\b|\bstatus\b|\bdocuments?\b",
)

UNLOCK = (
    r"(帮我|给我|请|替我)(把)?.{0,6}(解锁|解开锁)",
    r"^(我要)?解锁(一下)?(账户|账号|登录)?[吧啊!。 ]*$",
    r"\bunlock (me|my (account|acount|wallet|sign-in|login))\b|^unlock[.! ]*$",
)
NOT_UNLOCK = (
    r"指纹|面容|人脸|冻",
    r"\bfingerprint\b|\bface\b|\bwindows hello\b|\btouch id\b|\bfr(ee|o)z",
)

RESEND = (
    r"(重新?发|再发|补发)(送)?(一?[次遍个份条])?(验证码|邮件|确认码|激活码)",
    r"(验证码|邮件).{0,3}(重发|再发)",
    r"\b(resend|send again|re-send)\b.{0,16}\b(code|e-?mail|message)\b",
    r"\bsend (me )?(the |a |another |new )*(code|e-?mail) again\b|\bsend (me )?another code\b",
)

FIND_PAYMENT = (
    (
        r"(查|找|看)(一下|一查|查|找|看)?我?的?"
        r"(昨天|今天|前天|刚才|刚刚|上周|这|那)[的那这]?(一?笔)?.{0,14}(付款|支付|交易|转账|订单|钱)"
    ),
    r"我(昨天|今天|前天|刚才|刚刚)(付|支付|花|转)的?(那笔)?(钱|款).{0,3}(呢|去哪|在哪|哪去了)",
    r"^(查|找)(一下)?(这|那)?(一?笔)?付款[吧。! ]*$|^我的钱(呢|去哪(儿|里)?了?|在哪(儿|里)?)\W*$",
    (
        r"\b(find|where is|where's|look up|check) (my|this|that) (last |latest )?"
        r"(payment|transaction)\b(?! history| method| pin| code| link)"
        r"|^where('s| is| did) my money( go)?\W*$"
    ),
    r"\bmy payment (of|from) (yesterday|today|this morning|last night)\b",
)

ABUSE = (
    r"傻[逼b比叉]|操你|草泥马|妈的$|去你(妈|大爷)|滚(蛋|开)|王八蛋|狗日|他妈的",
    r"垃圾(客服|软件|东西|玩意)",
    r"\bf+u+c+k|\bshit(ty)?\b|\bassholes?\b|\bbastards?\b|\bbitch|\bidiots?\b|\bmorons?\b",
)

GREETING = (
    (
        r"^(你好|您好|在吗|在不在|哈喽|嗨|早上好|下午好|晚上好"
        r"|hi|hello|hey|good (morning|evening|afternoon))"
        r"([,!。.?~呀啊 ]|there|客服|在吗|在不在|请问)*$"
    ),
)

THANKS = (
    (
        r"^(好的?|ok|okay)?[, ]*(谢谢|多谢|感谢|谢了|辛苦了|thanks?|thank you|thx|cheers)"
        r"([,!。.~了您你们啊哈 ]|so much|a lot|very much)*$"
    ),
)
